package import Glibc
package import Logging

/// One thing that happened, ready to be written: what swift-log hands over, in the order and form that every sink uses.
///
/// The message is static text, what varies is in `fields`. Values are clipped, so that an answer of another service that
/// ends up in a field cannot flood the log.
package struct LogRecord: Sendable {
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package static let longestValue = 8192
    package static let mostFields = 64

    package let time: timespec
    package let level: Logger.Level
    package let logger: String
    package let message: String
    /// Sorted by name.
    package let fields: [Field]
    package let file: String
    package let function: String
    package let line: UInt

    package init(event: LogEvent, logger: String, metadata: Logger.Metadata, time: timespec) {
        self.time = time
        self.logger = logger
        level = event.level
        message = clipped(event.message.description)
        file = event.file
        function = event.function
        line = event.line

        var metadata = metadata
        if let error = event.error { metadata["error"] = .string(String(describing: error)) }
        fields = metadata.sorted { $0.key < $1.key }.prefix(Self.mostFields).map {
            Field(name: $0.key, value: clipped($0.value.description))
        }
    }

    package subscript(_ name: String) -> String? {
        fields.first { $0.name == name }?.value
    }
}

private func clipped(_ text: String) -> String {
    guard text.utf8.count > LogRecord.longestValue else { return text }
    return String(decoding: text.utf8.prefix(LogRecord.longestValue), as: UTF8.self) + "…"
}

extension timespec {
    /// The wall clock.
    static var now: timespec {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return now
    }
}
