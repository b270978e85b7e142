import OpenStack
import PluginKit

/// Cinder's collections, as they are watched.
extension WatchedCollection {
    static func volumes(_ cinder: BlockStorageClient) -> WatchedCollection {
        WatchedCollection("volumev3/volumes") { limit, visit in
            try await cinder.states(of: .volumes, pageSize: limit).pages { visit($0.map(Sighting.init)) }
        } get: { id in
            try await sighting(id) { () async throws(ServiceError) in Sighting(try await cinder.volume(id)) }
        }
    }

    static func snapshots(_ cinder: BlockStorageClient) -> WatchedCollection {
        WatchedCollection("volumev3/snapshots") { limit, visit in
            try await cinder.states(of: .snapshots, pageSize: limit).pages { visit($0.map(Sighting.init)) }
        } get: { id in
            try await sighting(id) { () async throws(ServiceError) in Sighting(try await cinder.snapshot(id)) }
        }
    }

    static func backups(_ cinder: BlockStorageClient) -> WatchedCollection {
        WatchedCollection("volumev3/backups") { limit, visit in
            try await cinder.states(of: .backups, pageSize: limit).pages { visit($0.map(Sighting.init)) }
        } get: { id in
            try await sighting(id) { () async throws(ServiceError) in Sighting(try await cinder.backup(id)) }
        }
    }

    private static func sighting(
        _ id: String, _ look: () async throws(ServiceError) -> Sighting
    ) async throws(ServiceError) -> Sighting {
        do throws(ServiceError) {
            return try await look()
        } catch {
            guard error.code == .notFound else { throw error }
            return .gone(id)
        }
    }
}

extension Sighting {
    init(_ state: StorageState) {
        self.init(
            id: state.id, status: state.status.rawValue, reason: state.failReason.flatMap { $0.isEmpty ? nil : $0 },
            createdAt: state.createdAt, size: state.size)
    }

    init(_ volume: Volume) {
        self.init(
            id: volume.id, status: volume.status.rawValue, createdAt: volume.createdAt, size: volume.size)
    }

    init(_ snapshot: VolumeSnapshot) {
        self.init(
            id: snapshot.id, status: snapshot.status.rawValue, createdAt: snapshot.createdAt, size: snapshot.size)
    }

    init(_ backup: VolumeBackup) {
        self.init(
            id: backup.id, status: backup.status.rawValue,
            reason: backup.failReason.flatMap { $0.isEmpty ? nil : $0 }, createdAt: backup.createdAt,
            size: backup.size)
    }

    /// Its status, with Cinder's reason where there is one.
    var statusAndReason: String { status + (reason.map { ": \($0)" } ?? "") }
}
