import OpenStack
import PluginKit
import Protection

/// Snapshot, backup of it, away with the snapshot; the ids are kept in the bank.
struct VolumeProtect: ResourceHooks {
    let pollInterval: Duration
    let backsUpFromSnapshot: Bool

    func prepareFinish(_ context: ResourceContext) async throws {
        try await context.section.put(text: "protecting", at: BankObject.status)
        if backsUpFromSnapshot { _ = try await snapshot(context) }
    }

    func main(_ context: ResourceContext) async throws {
        let cinder = context.clients.blockStorage
        let volumeID = VolumeID.canonical(context.resource.id)
        let volume = try await context.waiting.wait(
            upTo: pollInterval, fetch: { try await cinder.volume(volumeID) },
            verdict: { CinderStates.volumeReady.verdict($0.status.rawValue, what: "the volume") })
        context.progress.expect(gibibytes: volume.size)
        let snapshotID = backsUpFromSnapshot ? try await snapshot(context) : nil
        let backupID = try await backup(context, of: snapshotID)
        _ = try await context.waiting.wait(
            upTo: pollInterval, fetch: { try await cinder.backup(backupID) },
            verdict: {
                CinderStates.backupMade.verdict($0.status.rawValue, what: "the backup", told: $0.statusAndReason)
            })
        try await context.section.put(
            ["volume_id": .string(volumeID), "backup_id": .string(backupID)], at: BankObject.metadata)
        try await context.section.put(text: "available", at: BankObject.status)
        if let snapshotID { try await remove(snapshotID, context) }
    }

    func cleanUp(_ context: ResourceContext, keepsResult: Bool) async throws {
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await removeRemains(context, keepsResult: keepsResult))
        } catch {
            outcome = .failure(error)
        }
        // After the removal, which no bank that is gone may hold up; the checkpoint's own status says it too.
        if !keepsResult { try? await context.section.put(text: "error", at: BankObject.status) }
        try outcome.get()
    }

    private func removeRemains(_ context: ResourceContext, keepsResult: Bool) async throws {
        let backup = try context.steps.result(of: Step.backup, as: String.self)
        let snapshot = try context.steps.result(of: Step.snapshot, as: String.self)
        let known = [
            keepsResult ? nil : backup.map { Remnant(.backup, $0) }, snapshot.map { Remnant(.snapshot, $0) },
        ].compactMap(\.self)
        let marker = context.marker
        try await VolumeRemains(context: context, pollInterval: pollInterval)
            .remove(keeping: keepsResult ? backup : nil, known: known) { marker.marks($0) }
    }

    private enum Step {
        static let snapshot = "create-snapshot"
        static let backup = "create-backup"
        static let removal = "delete-snapshot"
    }

    /// Makes the snapshot, or returns the one that was made.
    private func snapshot(_ context: ResourceContext) async throws -> String {
        let cinder = context.clients.blockStorage
        let volumeID = VolumeID.canonical(context.resource.id)
        let marker = context.marker
        let id = try await context.step(
            Step.snapshot,
            recovery: .adopt {
                try await cinder.snapshots(ofVolume: volumeID).first { marker.marks($0.metadata) }?.id
            }
        ) {
            try await cinder.createSnapshot(
                NewVolumeSnapshot(volumeID: volumeID, force: true, metadata: marker.metadata)
            ).id
        }
        // Once the backup was asked for, the snapshot has served; it may even be removed already.
        guard try context.steps.result(of: Step.backup, as: String.self) == nil else { return id }
        _ = try await context.waiting.wait(
            upTo: pollInterval, fetch: { try await cinder.snapshot(id).status.rawValue },
            verdict: { CinderStates.snapshotMade.verdict($0, what: "the snapshot of the volume") })
        return id
    }

    private func backup(_ context: ResourceContext, of snapshotID: String?) async throws -> String {
        let cinder = context.clients.blockStorage
        let volumeID = VolumeID.canonical(context.resource.id)
        let marker = context.marker
        let parameters = context.parameters
        let new = NewVolumeBackup(
            volumeID: volumeID, snapshotID: snapshotID, name: parameters["backup_name"]?.string,
            description: parameters["description"]?.string, container: parameters["container"]?.string,
            incremental: parameters["backup_mode"]?.string == "incremental",
            force: parameters["force"]?.boolean ?? false, metadata: marker.metadata)
        return try await context.step(
            Step.backup,
            recovery: .adopt {
                try await cinder.backups(ofVolume: volumeID).first { marker.marks($0.metadata) }?.id
            }
        ) {
            try await cinder.createBackup(new).id
        }
    }

    /// The backup is made, so a snapshot that cannot be removed is no failure of the resource.
    private func remove(_ snapshotID: String, _ context: ResourceContext) async throws {
        do {
            try await context.step(repeatable: Step.removal) {
                try await VolumeRemains(context: context, pollInterval: pollInterval).remove(
                    Remnant(.snapshot, snapshotID))
            }
        } catch  where error is ServiceError || error is ResourceFailure {
            context.log.warning(
                "a snapshot could not be removed", metadata: ["snapshot_id": "\(snapshotID)", "reason": "\(error)"])
        }
    }
}
