import Glibc
package import Logging

extension LogSettings {
    /// Opens the sinks these settings name, without touching the process's loggers.
    package func openSinks(journal: JournalPresence) throws(LogFileError) -> [any LogSink] {
        let format = LineFormat(json: useJSON, dateFormat: dateFormat)
        var sinks: [any LogSink] = []
        for destination in destinations(journal: journal) {
            switch destination {
            case .journal: sinks.append(JournalSink(identifier: identifier, fallback: DescriptorSink(format: format)))
            case .standardError: sinks.append(DescriptorSink(format: format))
            case .file(let path): sinks.append(try FileSink(path: path, format: format))
            }
        }
        return sinks
    }

    /// Looks whether the log file can be opened or made, and makes none: it would belong to whoever looks.
    package func checkFile() throws(LogFileError) {
        guard let path else { return }
        var status = stat()
        if stat(path, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR { throw LogFileError(path: path, errno: EISDIR) }
            if access(path, W_OK) != 0 { throw LogFileError(path: path, errno: errno) }
        } else {
            let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
            if access(folder, W_OK | X_OK) != 0 { throw LogFileError(path: path, errno: errno) }
        }
    }

    /// Makes every logger of the process write as these settings say. Only once in a process, before the first logger.
    ///
    /// - Returns: what a reload may change: the level, and the files on rotation.
    package func bootstrap(
        environment: [String: String], metadataProvider: Logger.MetadataProvider? = nil
    ) throws(LogFileError) -> LogControl {
        let journal = JournalPresence.detect(stream: environment["JOURNAL_STREAM"])
        let control = LogControl(level: level, sinks: try openSinks(journal: journal))
        LoggingSystem.bootstrap(
            { SinkLogHandler(label: $0, control: control, metadataProvider: $1) }, metadataProvider: metadataProvider)
        LastLines.flush(control)
        return control
    }
}
