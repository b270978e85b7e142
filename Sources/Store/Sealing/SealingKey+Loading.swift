import Crypto
import FoundationEssentials
import Glibc
import Telemetry

extension SealingKey {
    package static let credentialName = "karbor-seal-key"
    package static let fileName = "seal.key"

    /// The key from the systemd credential `karbor-seal-key` where there is one, else from `seal.key` in `statePath`,
    /// which is made at the first start. Blocks for a moment; called before the daemon is ready.
    ///
    /// `credentialsDirectory` is what systemd passes as `$CREDENTIALS_DIRECTORY`. Only our own file must be closed to
    /// group and others: the credential's folder is closed by systemd, whose access lists show as group bits.
    package static func load(
        credentialsDirectory: String?, statePath: String
    ) throws(StoreOpenError) -> SealingKey {
        do {
            if let credential = credentialsDirectory.map({ "\($0)/\(credentialName)" }), access(credential, F_OK) == 0 {
                return try SealingKey(contents(of: OwnedDescriptor(opening: credential, O_RDONLY)), origin: credential)
            }
            let path = "\(statePath)/\(fileName)"
            if access(path, F_OK) != 0 { try make(path) }
            let file = try OwnedDescriptor(opening: path, O_RDONLY)
            let mode = try file.status().st_mode & 0o777
            guard mode & 0o077 == 0 else {
                throw StoreOpenError(
                    .badKey,
                    "the sealing key \(path) has mode \(String(mode, radix: 8)): others than its owner may read it (chmod 600)"
                )
            }
            return try SealingKey(contents(of: file), origin: path)
        } catch {
            throw StoreOpenError(translating: error, path: statePath)
        }
    }

    /// One byte more than a key has, so that a longer file is seen to be too long.
    private static func contents(of file: borrowing OwnedDescriptor) throws(FileError) -> Secret<[UInt8]> {
        Secret(try file.read(upTo: byteCount + 1))
    }

    /// Writes a new key under another name and links it to its own: the file is there in full or not at all, and of two
    /// processes that make one at a time, both use the first.
    private static func make(_ path: String) throws {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        // Named by the key: each that is made has a draft of its own, also of two made by one process, and what a killed
        // one left behind is in nobody's way.
        let unfinished = "\(path).\(try SealingKey(Secret(bytes), origin: path).id).new"
        defer { unlink(unfinished) }
        let file = try OwnedDescriptor(opening: unfinished, O_RDWR | O_CREAT | O_EXCL)
        guard fchmod(file.number, 0o600) == 0 else { throw FileError("set the mode of", unfinished) }
        try file.replaceContents(with: bytes)
        try file.synchronize()
        guard link(unfinished, path) == 0 || errno == EEXIST else { throw FileError("make", path) }
        try OwnedDescriptor.synchronizeFolder(of: path)
    }
}
