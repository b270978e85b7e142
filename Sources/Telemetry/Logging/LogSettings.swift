package import Logging

/// What an operator says about logging, as oslo.log's options have it.
package struct LogSettings: Sendable, Equatable {
    /// The program's name: SYSLOG_IDENTIFIER in the journal, and the name of the file in `directory`.
    package var identifier: String
    package var debug = false
    package var useJournal = false
    package var useStandardError = false
    package var useJSON = false
    package var file: String?
    package var directory: String?
    /// As strftime(3) has it; the milliseconds are appended.
    package var dateFormat = LineFormat.standardDateFormat

    package init(identifier: String) {
        self.identifier = identifier
    }

    package var level: Logger.Level { debug ? .debug : .info }

    /// The file that is written to, by oslo.log's rule: `directory` goes before `file`, and alone means a file of the
    /// program's name in it.
    package var path: String? {
        switch (directory, file) {
        case (nil, nil): nil
        case (nil, let file?): file
        case (let directory?, let file):
            // os.path.join: an absolute second part stands alone.
            if let file, file.hasPrefix("/") {
                file
            } else {
                (directory.hasSuffix("/") ? directory : directory + "/") + (file ?? identifier + ".log")
            }
        }
    }

    /// Everywhere that lines go, never nowhere.
    ///
    /// What was asked for in so many words is done. Where nothing was, it is the journal if standard error is the
    /// journal anyway, as under systemd: the same lines, but with fields.
    package func destinations(journal: JournalPresence) -> [LogDestination] {
        var destinations: [LogDestination] = []
        if let path { destinations.append(.file(path)) }
        if useJournal, journal != .absent { destinations.append(.journal) }
        if useStandardError { destinations.append(.standardError) }
        if destinations.isEmpty { destinations.append(journal == .isStandardError ? .journal : .standardError) }
        return destinations
    }
}
