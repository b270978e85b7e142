package import Logging
import Synchronization

/// What can be changed about logging while the process runs: the level, and the files on rotation.
package final class LogControl: Sendable {
    package let sinks: [any LogSink]
    private let rank: Atomic<Int>

    package init(level: Logger.Level, sinks: [any LogSink]) {
        self.sinks = sinks
        rank = Atomic(Self.rank(of: level))
    }

    /// The level of every logger that has none of its own.
    package var level: Logger.Level {
        get { Logger.Level.allCases[rank.load(ordering: .relaxed)] }
        set { rank.store(Self.rank(of: newValue), ordering: .relaxed) }
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
