import PluginKit
import Protection

/// What a protect kept in the bank about a volume: `{"volume_id": …, "backup_id": …}`.
struct VolumeMetadata: Sendable {
    let backupID: String

    /// Throws where the checkpoint holds none that can be used.
    init(_ section: BankSection) async throws {
        guard let kept = try await Self.kept(in: section) else {
            throw ResourceFailure("the checkpoint holds no backup of it")
        }
        self = kept
    }

    /// Nil where the checkpoint holds none that can be used.
    static func kept(in section: BankSection) async throws(BankError) -> VolumeMetadata? {
        do {
            return try await section.json(at: BankObject.metadata)["backup_id"]?.string.map(
                VolumeMetadata.init(backupID:))
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    private init(backupID: String) { self.backupID = backupID }
}
