import Glibc

/// What the systemd journal is to this process.
package enum JournalPresence: Sendable, Equatable {
    /// No journal runs here; what is sent to it would vanish without an error.
    case absent
    /// It can be written to.
    case available
    /// It can be written to, and standard error is connected to it.
    case isStandardError

    package static let socket = "/run/systemd/journal/socket"

    /// Looks at this process.
    ///
    /// - Parameter stream: the value of `JOURNAL_STREAM`, `device:inode` of the socket that systemd connected. It is
    ///   inherited by whatever a unit starts, so it is believed only if `descriptor` is still that very socket.
    package static func detect(
        stream: String?, descriptor: Int32 = STDERR_FILENO, socket: String = socket
    ) -> JournalPresence {
        guard access(socket, W_OK) == 0 else { return .absent }
        var status = stat()
        guard let stream, fstat(descriptor, &status) == 0 else { return .available }
        return stream == "\(status.st_dev):\(status.st_ino)" ? .isStandardError : .available
    }
}
