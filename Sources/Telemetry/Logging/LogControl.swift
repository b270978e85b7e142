package import Logging
import Synchronization

/// Where the process's log lines go, and what can be changed about that while it runs: the level, and the files on rotation.
package final class LogControl: Sendable {
    private let sinks: [any LogSink]
    private let queue: LogQueue
    private let rank: Atomic<Int>

    /// - Parameter limit: how many bytes of lines may wait for a sink that is held up. What comes beyond that is lost, and
    ///   how much it was is logged.
    package init(level: Logger.Level, sinks: [any LogSink], limit: Int = 4 << 20) {
        self.sinks = sinks
        queue = LogQueue(sinks: sinks, limit: limit)
        rank = Atomic(Self.rank(of: level))
    }

    /// The level of every logger that has none of its own.
    package var level: Logger.Level {
        get { Logger.Level.allCases[rank.load(ordering: .relaxed)] }
        set { rank.store(Self.rank(of: newValue), ordering: .relaxed) }
    }

    /// Has every sink write `record`, soon. Never waits.
    package func write(_ record: LogRecord) {
        queue.add(record)
    }

    /// Waits until the lines so far are written, for `patience` at most, and returns whether they are. For the end of a
    /// process: nothing on the loop may wait so.
    package func flush(within patience: Duration) -> Bool {
        queue.flush(within: patience)
    }

    /// Opens log files anew. All are tried; the first failure is thrown, and that file is written to as before.
    package func reopen() throws(LogFileError) {
        var failure: LogFileError?
        for sink in sinks {
            do {
                try sink.reopen()
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    /// Where `level` stands in `Logger.Level.allCases`, which holds every level there is.
    private static func rank(of level: Logger.Level) -> Int {
        Logger.Level.allCases.firstIndex(of: level) ?? 0
    }
}
