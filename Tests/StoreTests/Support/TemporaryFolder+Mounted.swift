import TestSupport

extension TemporaryFolder {
    /// A small disk of its own under a folder, where the process may mount one (as root, outside most containers).
    final class Mounted {
        let isMounted: Bool
        private let folder: TemporaryFolder

        init(_ folder: TemporaryFolder, size: String) {
            self.folder = folder
            isMounted = Self.run("mount", "-t", "tmpfs", "-o", "size=\(size)", "tmpfs", folder.path)
        }

        deinit { if isMounted { _ = Self.run("umount", "-l", folder.path) } }

        func resize(to size: String) { _ = Self.run("mount", "-o", "remount,size=\(size)", folder.path) }
        func makeReadOnly() { _ = Self.run("mount", "-o", "remount,ro", folder.path) }

        private static func run(_ arguments: String...) -> Bool {
            (try? ChildProcess.run("/usr/bin/env", arguments)) == 0
        }
    }
}
