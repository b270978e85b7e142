/// A place that log records go to: the journal, standard error, a file.
///
/// Called from any thread. A sink never throws and never reports about itself: where it cannot write, the line is lost,
/// since a daemon that fails or hangs because of its log is worse than one without.
package protocol LogSink: Sendable {
    func write(_ record: LogRecord)

    /// Opens what is written to anew, after a log rotation moved it away. Sinks without a name on disk do nothing.
    func reopen() throws(LogFileError)
}

extension LogSink {
    package func reopen() throws(LogFileError) {}
}
