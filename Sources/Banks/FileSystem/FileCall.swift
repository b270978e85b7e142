/// A call to the system that a bank makes, named for what it does to a file.
enum FileCall: String, Sendable, CaseIterable {
    case openRoot, makeRoot
    case openFolder, makeFolder, entries, status
    case createFile, lock, write, sync, rename
    case openFile, read
    case removeFile, removeFolder
}

/// A call to the system that failed.
struct FileError: Error, Equatable {
    var call: FileCall
    var code: Int32
}

/// A test's word before each call to the system: the `errno` to fail with instead of making it, or nil.
typealias FileFaults = @Sendable (_ call: FileCall, _ name: String) -> Int32?
