import FoundationEssentials
import Glibc

/// A new folder of this test's own, gone with everything in it when the last reference is.
package final class TemporaryFolder: Sendable {
    package let path: String

    /// - Parameter inMemory: for tests that ask for thousands of syncs: in memory where the machine has such a place.
    package init(inMemory: Bool = false) {
        let isThere = inMemory && access("/dev/shm", W_OK) == 0
        let base = isThere ? "/dev/shm" : FileManager.default.temporaryDirectory.path
        var template = Array("\(base)/karbor-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { preconditionFailure("no folder can be made in \(base)") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        // Best effort: what is left of a test lies where the system tidies up.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of `name` inside.
    package func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file inside, and the folders on the way to it, and returns its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        let path = path(name)
        if let slash = path.lastIndex(of: "/") {
            try FileManager.default.createDirectory(
                atPath: String(path[..<slash]), withIntermediateDirectories: true)
        }
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    /// The text of a file inside; nil if there is none.
    package func read(_ name: String) -> String? {
        FileManager.default.contents(atPath: path(name)).map { String(decoding: $0, as: UTF8.self) }
    }
}
