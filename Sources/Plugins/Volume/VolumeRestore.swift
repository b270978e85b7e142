import Loop
import OpenStack
import PluginKit
import Protection

/// Restores a backup into a new volume, or into the one that the user named.
///
/// The new volume is made here and marked, not by Cinder within the restore call: only so can it be found again after a
/// crash, and in doubt the backup is restored into the same volume once more.
struct VolumeRestore: ResourceHooks {
    let pollInterval: Duration

    func main(_ context: ResourceContext) async throws {
        let cinder = context.clients.blockStorage
        let backup = Remnant(.backup, try await VolumeMetadata(context.section).backupID)
        let target = Remnant(.volume, try await target(context, backup))
        try await context.progress.report("restoring", as: target.id)
        try await restore(context, backup, into: target)
        try await things(context).wait(for: target, until: .volumeRestored, as: "the restored volume")
        // A copy of the request that came later would restore it once more, when its user works with it already.
        if try await context.steps.settle(Step.restore) {
            try await things(context).wait(for: target, until: .volumeRestored, as: "the restored volume")
        }
        let name = name(context)
        let description = context.parameters["restore_description"]?.string
        // Cinder gives the volume the name that the backup's had.
        try await context.step(repeatable: Step.naming) {
            _ = try await cinder.updateVolume(target.id, name: name, description: description)
        }
        try await context.progress.report("available", as: target.id)
    }

    enum Step {
        static let volume = "create-volume"
        static let restore = "restore-backup"
        static let naming = "name-volume"
    }

    private func things(_ context: ResourceContext) -> CinderThings {
        CinderThings(context, pollInterval: pollInterval)
    }

    private func named(_ context: ResourceContext) -> String? {
        context.parameters["volume_id"]?.string.flatMap { $0.isEmpty ? nil : VolumeID.canonical($0) }
    }

    private func name(_ context: ResourceContext) -> String {
        context.parameters["restore_name"]?.string ?? "\(context.operation.checkpointID)@\(context.resource.id)"
    }

    /// The volume to restore into.
    private func target(_ context: ResourceContext, _ backup: Remnant) async throws -> String {
        if let named = named(context) { return named }
        if let made = try context.steps.result(of: Step.volume, as: String.self) { return made }
        let cinder = context.clients.blockStorage
        let marker = context.marker
        let name = name(context)
        let description = context.parameters["restore_description"]?.string
        // Waited for outside the step, whose time to settle is that of one call. One list tells it of all backups.
        let sighting = try await things(context).wait(for: backup, until: .backupRestored, as: "the backup")
        guard let size = sighting.size else { throw ResourceFailure("Cinder does not say how large the backup is") }
        return try await context.step(
            Step.volume,
            recovery: .adopt {
                try await cinder.volumes(metadata: marker.metadata).first { marker.marks($0.metadata) }?.id
            }
        ) {
            try await cinder.createVolume(
                NewVolume(size: size, name: name, description: description, metadata: marker.metadata)
            ).id
        }
    }

    /// Cinder restores a backup into one volume at a time: when another restore was quicker, it is this one's turn after it.
    private func restore(_ context: ResourceContext, _ backup: Remnant, into target: Remnant) async throws {
        let things = things(context)
        var refusals = 0
        while true {
            do {
                return try await begin(context, backup, into: target)
            } catch let error as ServiceError where error.code == .badRequest {
                let wasBusy = Locked(false)
                _ = try await things.wait(for: backup) { sighting in
                    let verdict = CinderStates.backupRestored.verdict(sighting, what: "the backup")
                    if verdict == .pending { wasBusy.withLock { $0 = true } }
                    return verdict
                }
                // The other one may be done already, so a refusal of a backup that looks free is not yet the last word.
                if !wasBusy.withLock({ $0 }) { refusals += 1 }
                guard refusals < 3 else { throw error }
            }
        }
    }

    private func begin(_ context: ResourceContext, _ backup: Remnant, into target: Remnant) async throws {
        guard try context.steps.result(of: Step.restore, as: String.self) == nil else { return }
        let cinder = context.clients.blockStorage
        let isUnderWay = try await isUnderWay(context, target)
        _ = try await context.step(
            Step.restore,
            recovery: .adopt {
                if isUnderWay { return target.id }
                return try await cinder.volume(target.id).status.rawValue == CinderStates.restoring ? target.id : nil
            }
        ) {
            try await cinder.restoreBackup(backup.id, toVolume: target.id).volumeID
        }
    }

    /// Returns when it can be restored into: false. Or, when an earlier run has asked for that already, at once: true.
    ///
    /// The volume is looked at before the backup: whoever waits for that alone would find the volume restored, and could not
    /// tell it from an empty one any more. One that the user named is looked at only then; Cinder says what is wrong with it.
    private func isUnderWay(_ context: ResourceContext, _ target: Remnant) async throws -> Bool {
        let isNew = named(context) == nil
        guard isNew || context.steps.isInDoubt(Step.restore) else { return false }
        let sighting = try await things(context).wait(for: target) { sighting in
            if sighting.status == CinderStates.restoring || !isNew { return .done }
            return CinderStates.volumeMade.verdict(sighting, what: "the new volume")
        }
        return sighting.status == CinderStates.restoring
    }
}
