/// A call to the system that a bank makes, named for what it does to a file.
enum FileCall: String, Sendable, CaseIterable {
    case openRoot, makeRoot
    case openFolder, makeFolder, entries, status
    case createFile, lock, write, sync, rename
    case openFile, read
    case removeFile, removeFolder
}
