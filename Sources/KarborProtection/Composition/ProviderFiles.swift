import Glibc

/// Where provider files are.
enum ProviderFiles {
    /// Where Karbor looks for a directory that is not absolute, after the place itself.
    private static let searched = [
        "/var/lib/karbor/etc/karbor/", "/var/lib/karbor/etc/", "/var/lib/karbor/", "/etc/karbor/",
    ]

    /// The first directory of that name; nil where there is none.
    static func directory(_ name: String) -> String? {
        let candidates = name.hasPrefix("/") ? [name] : [name] + searched.map { $0 + name }
        return candidates.first(where: isDirectory)
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
