/// A test's word before each call to the system: the `errno` to fail with instead of making it, or nil.
typealias FileFaults = @Sendable (_ call: FileCall, _ name: String) -> Int32?
