import Glibc

/// A log file that cannot be opened.
package struct LogFileError: Error, Equatable, CustomStringConvertible {
    package let path: String
    package let errno: Int32

    package var description: String {
        "cannot open the log file \(path): \(String(cString: strerror(errno)))"
    }
}
