import Glibc
package import Protection

extension FileSystemBank {
    /// Looks whether this process could write objects, and makes nothing. Blocks for a moment.
    package func check() throws(BankError) {
        let (there, isWritable) = folder.nearest()
        guard !isWritable else { return }
        throw BankError(.readOnly, "the bank \(folder.place) cannot be written: no right to write to \(there)")
    }
}

extension BankFolder {
    /// Where the operator finds the objects.
    var place: String { path.hasSuffix("/") ? path + container : "\(path)/\(container)" }

    /// The container, or the folder above it that is there, and whether it can be written to.
    fileprivate func nearest() -> (path: String, isWritable: Bool) {
        var there = place[...]
        while access(String(there), F_OK) != 0, let slash = there.lastIndex(of: "/"), slash > there.startIndex {
            there = there[..<slash]
        }
        return (String(there), access(String(there), W_OK | X_OK) == 0)
    }
}
