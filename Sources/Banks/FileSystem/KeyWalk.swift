import Glibc
import Protection

/// A walk through a folder that finds objects in the order of their keys, and reads no folder that holds none it wants.
///
/// Keys are ordered as text, so a folder counts as its name with the slash: `a-b` comes before what is in `a`.
struct KeyWalk {
    let order: BankOrder
    /// A key; those at it and before it in the order are left out.
    let marker: String?
    let limit: Int
    private(set) var found: [BankKey] = []

    init(order: BankOrder, marker: String?, limit: Int) {
        self.order = order
        self.marker = marker
        self.limit = limit
    }

    /// Adds what is in the folder with this path, until there are `limit`. Names that are part of no key are passed over,
    /// and so is a folder that goes away meanwhile.
    mutating func visit(_ folder: borrowing Descriptor, path: String) throws(FileError) {
        for name in try names(in: folder, path: path) {
            guard found.count < limit else { return }
            guard name.hasSuffix("/") else {
                if let key = try? BankKey(path + "/" + name) { found.append(key) }
                continue
            }
            let name = String(name.dropLast())
            guard (try? BankKey(path + "/" + name)) != nil else { continue }
            do {
                let child = try folder.folder(name)
                try visit(child, path: path + "/" + name)
            } catch  where [ENOENT, ENOTDIR, ELOOP].contains(error.code) {
                continue
            }
        }
    }

    /// The wanted names in their order, folders with a slash at the end.
    private func names(in folder: borrowing Descriptor, path: String) throws(FileError) -> [String] {
        let entries: [FileEntry]
        do {
            entries = try folder.entries()
        } catch  where error.code == ENOENT {
            return []
        }
        let names = entries.compactMap { entry -> String? in
            switch entry.kind {
            case .file: return isWanted(path + "/" + entry.name) ? entry.name : nil
            case .folder: return mayHoldWanted(path + "/" + entry.name + "/") ? entry.name + "/" : nil
            case .link, .other: return nil
            }
        }
        return names.sorted { order == .ascending ? $0 < $1 : $0 > $1 }
    }

    private func isWanted(_ key: String) -> Bool {
        guard let marker else { return true }
        return order == .ascending ? key > marker : key < marker
    }

    /// Whether a key that begins with `prefix` may be wanted: the marker is one of them, or all of them are beyond it.
    private func mayHoldWanted(_ prefix: String) -> Bool {
        guard let marker else { return true }
        return marker.hasPrefix(prefix) || isWanted(prefix)
    }
}
