import Glibc

/// Appends lines to a file, made with mode 0640 if it is not there.
///
/// After a rotation has renamed the file, lines still go to the old one until `reopen` is called, as a daemon does on
/// SIGHUP.
package final class FileSink: LogSink {
    private let path: String
    private let format: LineFormat
    private let descriptor: LineDescriptor

    package init(path: String, format: LineFormat) throws(LogFileError) {
        self.path = path
        self.format = format
        descriptor = LineDescriptor(try Self.open(path))
    }

    deinit {
        close(descriptor.replace(with: -1))
    }

    package func write(_ record: LogRecord) {
        descriptor.write(format.line(for: record))
    }

    package func reopen() throws(LogFileError) {
        let new = try Self.open(path)
        close(descriptor.replace(with: new))
    }

    private static func open(_ path: String) throws(LogFileError) -> Int32 {
        let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o640)
        guard descriptor >= 0 else { throw LogFileError(path: path, errno: errno) }
        return descriptor
    }
}
