import Glibc
import Protection

extension BankError {
    /// The meaning of a failed call to the system.
    ///
    /// - Parameter attempt: what was tried and on which key; the message names no path outside the bank.
    init(_ error: FileError, trying attempt: String) {
        let reason = String(cString: strerror(error.code))
        switch error.code {
        case EROFS: self.init(.readOnly, "\(attempt): \(reason)")
        case _ where error.call == .makeRoot:
            self.init(.unavailable, "\(attempt): the bank's own folder is missing and cannot be made: \(reason)")
        case _ where error.call == .openRoot:
            self.init(.unavailable, "\(attempt): the bank's own folder cannot be opened: \(reason)")
        case ENOENT where error.call == .openFile: self.init(.notFound, "\(attempt): there is no such object")
        case ELOOP: self.init(.invalidKey, "\(attempt): a symbolic link is on the way, which a bank does not follow")
        case ENOTDIR: self.init(.invalidKey, "\(attempt): an object is on the way where a folder is needed")
        case EISDIR: self.init(.invalidKey, "\(attempt): it is a folder")
        case ENAMETOOLONG: self.init(.invalidKey, "\(attempt): \(reason)")
        case EFBIG: self.init(.tooLarge, "\(attempt): the object is too large to be read or written whole")
        case ENOSPC, EDQUOT: self.init(.full, "\(attempt): \(reason)")
        case EACCES, EPERM: self.init(error.call.isWriting ? .readOnly : .unavailable, "\(attempt): \(reason)")
        default: self.init(.unavailable, "\(attempt): \(error.call) failed: \(reason)")
        }
    }
}

extension FileCall {
    fileprivate var isWriting: Bool {
        switch self {
        case .makeRoot, .makeFolder, .createFile, .write, .sync, .rename, .removeFile, .removeFolder, .lock: true
        case .openRoot, .openFolder, .entries, .status, .openFile, .read: false
        }
    }
}
