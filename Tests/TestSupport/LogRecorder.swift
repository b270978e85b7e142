package import Logging
import Loop

/// Keeps what is logged, for tests that look for it, or for what must not be in it.
package final class LogRecorder: Sendable {
    package struct Line: Sendable {
        package var level: Logger.Level
        /// The message, and then the metadata as `key=value`.
        package var text: String
    }

    private let recorded = Locked<[Line]>([])

    package init() {}

    package var lines: [Line] { recorded.withLock { $0 } }

    package var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(recorder: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        init(recorder: LogRecorder) {
            self.recorder = recorder
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
            let pairs = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            let line = Line(level: event.level, text: (["\(event.message)"] + pairs).joined(separator: " "))
            recorder.recorded.withLock { $0.append(line) }
        }
    }
}
