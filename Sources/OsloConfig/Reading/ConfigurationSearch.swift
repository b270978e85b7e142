import Glibc

/// Where files are looked for when the command line names none: oslo.config's rule.
///
/// For the project and then for the program, the first that exists of `NAME.conf` (and of the directory `NAME.conf.d`) in
/// `~/.PROJECT`, `~`, `/etc/PROJECT`, `/etc` and the two directories of a snap.
package struct ConfigurationSearch: Sendable {
    package let directories: [String]
    private let names: [String]

    package init(project: String, program: String, environment: [String: String]) {
        let home = environment["HOME"]
        let snaps = ["SNAP_COMMON", "SNAP"].compactMap { environment[$0] }
        self.init(
            names: [project, program],
            directories: (home.map { ["\($0)/.\(project)", $0] } ?? []) + ["/etc/\(project)", "/etc"]
                + snaps.map { "\($0)/etc/\(project)" })
    }

    init(names: [String], directories: [String]) {
        self.names = names
        self.directories = directories
    }

    func files() -> [String] { existing(extension: ".conf") }
    func configurationDirectories() -> [String] { existing(extension: ".conf.d") }

    private func existing(extension suffix: String) -> [String] {
        names.compactMap { name in
            directories.map { "\($0)/\(name)\(suffix)" }.first { access($0, F_OK) == 0 }
        }
    }
}
