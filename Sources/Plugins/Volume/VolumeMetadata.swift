import PluginKit
import Protection

/// What a protect kept in the bank about a volume: `{"volume_id": …, "backup_id": …}`.
struct VolumeMetadata: Sendable {
    let backupID: String

    /// Throws where the checkpoint holds none that can be used.
    init(_ section: BankSection) async throws {
        guard let id = try await Self.json(section)["backup_id"]?.string else {
            throw ResourceFailure("the checkpoint names no backup of it")
        }
        backupID = id
    }

    private static func json(_ section: BankSection) async throws -> JSONValue {
        do {
            return try await section.json(at: BankObject.metadata)
        } catch {
            guard error.code == .notFound else { throw error }
            throw ResourceFailure("the checkpoint holds no backup of it")
        }
    }
}
