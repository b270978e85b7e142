import FoundationEssentials
import Glibc

/// A folder for tests that ask for thousands of syncs: in memory where the machine has such a place. Gone with its owner.
final class ScratchFolder: Sendable {
    let path: String

    init() {
        let base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : FileManager.default.temporaryDirectory.path
        var template = Array("\(base)/karbor-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { preconditionFailure("no folder can be made in \(base)") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    // Best effort: what is left of a test lies where the system tidies up.
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func path(_ name: String) -> String { "\(path)/\(name)" }
}
