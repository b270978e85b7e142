import Glibc

/// What the file system refused, with the path and its own words.
struct FileError: Error, CustomStringConvertible {
    var number: CInt
    var action: String
    var path: String

    /// Takes the reason from `errno`.
    init(_ action: String, _ path: String, number: CInt = errno) {
        self.number = number
        self.action = action
        self.path = path
    }

    var isNoSpace: Bool { number == ENOSPC || number == EDQUOT }
    var description: String { "cannot \(action) \(path): \(String(cString: strerror(number)))" }
}
