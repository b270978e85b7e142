import Logging
import Loop

/// Keeps what is logged, for a test to look at.
final class CollectedLog: Sendable {
    struct Line: Sendable {
        var level: Logger.Level
        var message: String
        var fields: Logger.Metadata
    }

    private let collected = Locked<[Line]>([])

    var lines: [Line] { collected.withLock { $0 } }
    /// Everything in one text, to search for what must not be there.
    var text: String { lines.map { "\($0.level) \($0.message) \($0.fields)" }.joined(separator: "\n") }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(log: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let log: CollectedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = metadata.merging(event.metadata ?? [:]) { $1 }
            log.collected.withLock {
                $0.append(Line(level: event.level, message: "\(event.message)", fields: fields))
            }
        }
    }
}
