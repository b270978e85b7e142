/// A call to the system that failed.
struct FileError: Error, Equatable {
    var call: FileCall
    var code: Int32
}
