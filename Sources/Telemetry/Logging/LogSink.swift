/// A place that log records go to: the journal, standard error, a file.
///
/// `LogQueue` writes to all sinks from one thread, where a sink may wait; they may be called from others, too. A sink never
/// throws and never reports about itself: where it cannot write, the line is lost, since a daemon that fails because of its
/// log is worse than one without.
package protocol LogSink: Sendable {
    func write(_ record: LogRecord)

    /// Opens what is written to anew, after a log rotation moved it away. Sinks without a name on disk do nothing.
    func reopen() throws(LogFileError)
}

extension LogSink {
    package func reopen() throws(LogFileError) {}
}
