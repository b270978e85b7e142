package import Logging

/// The handler behind every logger of the process: puts metadata together and passes one record on, to be written soon.
///
/// Its level is the process's (`LogControl`), so that a reload changes all loggers at once, until somebody sets the
/// level of one logger. Metadata of one line wins over the provider's, and that over the logger's own.
package struct SinkLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let control: LogControl
    private var ownLevel: Logger.Level?

    package init(label: String, control: LogControl, metadataProvider: Logger.MetadataProvider? = nil) {
        self.label = label
        self.control = control
        self.metadataProvider = metadataProvider
    }

    package var logLevel: Logger.Level {
        get { ownLevel ?? control.level }
        set { ownLevel = newValue }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let given = event.metadata { all.merge(given) { _, new in new } }
        control.write(LogRecord(event: event, logger: label, metadata: all, time: .now))
    }
}
