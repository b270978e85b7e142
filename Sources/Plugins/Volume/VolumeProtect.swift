import OpenStack
import PluginKit
import Protection

/// Snapshot, backup of it, away with the snapshot; the ids are kept in the bank.
///
/// Three requests a volume, and what the poller asks for all of them. Nothing is looked at first: when Cinder refuses, as the
/// volume is busy, that is waited for.
struct VolumeProtect: ResourceHooks {
    let pollInterval: Duration
    let backsUpFromSnapshot: Bool

    func prepareFinish(_ context: ResourceContext) async throws {
        try await context.section.put(text: "protecting", at: BankObject.status)
        if backsUpFromSnapshot { try await makeSnapshot(context) }
    }

    func main(_ context: ResourceContext) async throws {
        let snapshotID = try context.steps.result(of: Step.snapshot, as: String.self)
        let backupID = try await backup(context, of: snapshotID)
        _ = try await things(context).wait(
            for: Remnant(.backup, backupID), until: .backupMade, as: "the backup",
            madeAfter: context.operation.madeAfter)
        try await context.section.put(
            ["volume_id": .string(volumeID(context)), "backup_id": .string(backupID)], at: BankObject.metadata)
        try await context.section.put(text: "available", at: BankObject.status)
        if let snapshotID { try await remove(snapshotID, context) }
    }

    /// The bank leads to no backup that is not kept. The checkpoint's own status says it too, should the bank not take it.
    func cleanUp(_ context: ResourceContext) async throws {
        try? await context.section.delete(BankObject.metadata)
        try? await context.section.put(text: "error", at: BankObject.status)
    }

    enum Step {
        static let snapshot = "create-snapshot"
        static let backup = "create-backup"
        static let removal = "delete-snapshot"
    }

    private func things(_ context: ResourceContext) -> CinderThings {
        CinderThings(context, pollInterval: pollInterval)
    }

    private func volumeID(_ context: ResourceContext) -> String { VolumeID.canonical(context.resource.id) }

    /// Returns when it can be backed up.
    private func makeSnapshot(_ context: ResourceContext) async throws {
        let cinder = context.clients.blockStorage
        let volumeID = volumeID(context)
        let marker = context.marker
        let things = things(context)
        let id = try await things.attempt {
            try await context.step(
                Step.snapshot,
                recovery: .adopt {
                    try await cinder.snapshots(ofVolume: volumeID).first { marker.marks($0.metadata) }?.id
                }
            ) {
                try await cinder.createSnapshot(
                    NewVolumeSnapshot(volumeID: volumeID, force: true, metadata: marker.metadata)
                ).id
            }
        } whenRefused: {
            try await things.wait(for: Remnant(.volume, volumeID), until: .volumeReady, as: "the volume")
        }
        // Once the backup was asked for, the snapshot has served; it may even be removed already.
        guard try context.steps.result(of: Step.backup, as: String.self) == nil else { return }
        try await wait(for: id, context)
    }

    private func wait(for snapshotID: String, _ context: ResourceContext) async throws {
        try await things(context).wait(
            for: Remnant(.snapshot, snapshotID), until: .snapshotMade, as: "the snapshot of the volume",
            madeAfter: context.operation.madeAfter)
    }

    private func backup(_ context: ResourceContext, of snapshotID: String?) async throws -> String {
        let cinder = context.clients.blockStorage
        let volumeID = volumeID(context)
        let marker = context.marker
        let parameters = context.parameters
        let new = NewVolumeBackup(
            volumeID: volumeID, snapshotID: snapshotID, name: parameters["backup_name"]?.string,
            description: parameters["description"]?.string, container: parameters["container"]?.string,
            incremental: parameters["backup_mode"]?.string == "incremental",
            force: parameters["force"]?.boolean ?? false, metadata: marker.metadata)
        let things = things(context)
        return try await things.attempt {
            try await context.step(
                Step.backup,
                recovery: .adopt {
                    try await cinder.backups(ofVolume: volumeID).first { marker.marks($0.metadata) }?.id
                }
            ) {
                try await cinder.createBackup(new).id
            }
        } whenRefused: {
            try await things.wait(for: Remnant(.volume, volumeID), until: .volumeReady, as: "the volume")
            if let snapshotID { try await wait(for: snapshotID, context) }
        }
    }

    /// The backup is made, so a snapshot that cannot be removed is no failure of the resource.
    ///
    /// Nobody waits for it to be gone: the sweep at the end finds all that are not, by one list, and sees to them. To look at
    /// each here is dear, since those that go are the oldest, at the end of a list of thousands.
    private func remove(_ snapshotID: String, _ context: ResourceContext) async throws {
        do {
            try await context.step(repeatable: Step.removal) {
                try await things(context).beginRemoval(Remnant(.snapshot, snapshotID))
            }
        } catch  where error is ServiceError || error is ResourceFailure {
            context.log.warning(
                "a snapshot could not be removed yet", metadata: ["snapshot_id": "\(snapshotID)", "reason": "\(error)"])
        }
    }
}
