import Glibc

/// One name in a folder, and what is behind it.
struct FileEntry: Equatable {
    enum Kind {
        case folder, file, link, other
    }

    var name: String
    var kind: Kind

    /// The name in a record that the system gave. The record is as long as its name, so it may not be copied whole.
    static func name(of record: UnsafePointer<dirent>) -> String? {
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return nil }
        let start = (UnsafeRawPointer(record) + offset).assumingMemoryBound(to: CChar.self)
        return String(validatingCString: start)
    }
}

extension FileEntry.Kind {
    init(mode: mode_t) {
        switch mode & S_IFMT {
        case S_IFDIR: self = .folder
        case S_IFREG: self = .file
        case S_IFLNK: self = .link
        default: self = .other
        }
    }

    /// Nil where the file system does not say it with the name.
    init?(type: UInt8) {
        switch Int(type) {
        case Int(DT_UNKNOWN): return nil
        case Int(DT_DIR): self = .folder
        case Int(DT_REG): self = .file
        case Int(DT_LNK): self = .link
        default: self = .other
        }
    }
}
