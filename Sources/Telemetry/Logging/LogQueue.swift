import Dispatch
import Logging
import Loop

/// Log lines on their way to the sinks, which a thread of its own writes: a sink may be held up (a pipe that nobody reads, a
/// slow disk, a journal that stands still), and whoever logs must not be.
///
/// Lines keep their order. `limit` bytes of them are kept at most; what comes beyond that is lost and counted, and the
/// count is logged as soon as something can be written again. Only the end of a process waits for it, in `flush`; a process
/// that is killed takes along what is not written yet.
final class LogQueue: Sendable {
    private struct State {
        var records: [LogRecord] = []
        /// Of those that are not written yet.
        var bytes = 0
        var lost = 0
        var isWriting = false
    }

    private let sinks: [any LogSink]
    private let limit: Int
    private let writer = DispatchQueue(label: "karbor.log")
    private let state = Locked(State())

    init(sinks: [any LogSink], limit: Int) {
        self.sinks = sinks
        self.limit = limit
    }

    func add(_ record: LogRecord) {
        let size = record.size
        state.withLock { state in
            guard state.bytes + size <= limit else {
                state.lost += 1
                return
            }
            state.records.append(record)
            state.bytes += size
            guard !state.isWriting else { return }
            state.isWriting = true
            writer.async { self.writeAll() }
        }
    }

    /// Waits until what was added before is written, for `patience` at most. Returns whether it is.
    func flush(within patience: Duration) -> Bool {
        let written = DispatchSemaphore(value: 0)
        writer.async { written.signal() }
        return written.wait(timeout: .now() + .milliseconds(Int(patience / .milliseconds(1)))) == .success
    }

    // MARK: - On the writer's thread

    private func writeAll() {
        while let (records, lost) = next() {
            for record in records {
                write(record)
                state.withLock { $0.bytes -= record.size }
            }
            if lost > 0 { write(.lost(lost)) }
        }
    }

    private func next() -> (records: [LogRecord], lost: Int)? {
        state.withLock { state in
            guard !state.records.isEmpty || state.lost > 0 else {
                state.isWriting = false
                return nil
            }
            defer { (state.records, state.lost) = ([], 0) }
            return (state.records, state.lost)
        }
    }

    private func write(_ record: LogRecord) {
        for sink in sinks { sink.write(record) }
    }
}

extension LogRecord {
    /// What it takes in memory, about.
    fileprivate var size: Int {
        fields.reduce(256 + message.utf8.count) { $0 + 32 + $1.name.utf8.count + $1.value.utf8.count }
    }

    fileprivate static func lost(_ count: Int) -> LogRecord {
        let event = LogEvent(
            level: .warning, message: "log lines were lost, which came faster than they could be written", error: nil,
            metadata: nil, source: "Telemetry", file: #fileID, function: #function, line: #line)
        return LogRecord(event: event, logger: "karbor.log", metadata: ["lost": "\(count)"], time: .now)
    }
}
