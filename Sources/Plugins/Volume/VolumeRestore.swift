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
        let backupID = try await VolumeMetadata(context.section).backupID
        let target = try await target(context, backupID: backupID)
        try await context.progress.report("restoring", as: target)
        try await restore(context, backupID: backupID, into: target)
        _ = try await context.waiting.wait(
            upTo: pollInterval, fetch: { try await cinder.volume(target).status.rawValue },
            verdict: { CinderStates.volumeRestored.verdict($0, what: "the restored volume") })
        let name = name(context)
        let description = context.parameters["restore_description"]?.string
        // Cinder gives the volume the name that the backup's had.
        try await context.step(repeatable: Step.naming) {
            _ = try await cinder.updateVolume(target, name: name, description: description)
        }
        try await context.progress.report("available", as: target)
    }

    /// Removes a new volume that was not restored. One that the user named is theirs.
    func cleanUp(_ context: ResourceContext, keepsResult: Bool) async throws {
        guard named(context) == nil else { return }
        let cinder = context.clients.blockStorage
        let marker = context.marker
        let made = try context.steps.result(of: Step.volume, as: String.self)
        let kept = keepsResult ? made : nil
        let known = keepsResult ? [] : made.map { [Remnant(.volume, $0)] } ?? []
        try await VolumeRemains(context: context, pollInterval: pollInterval).remove(known: known) {
            let found = try await cinder.volumes(metadata: marker.metadata).all()
                .filter { marker.marks($0.metadata) && $0.id != kept }.map { Remnant(.volume, $0.id) }
            return found + known.filter { !found.contains($0) }
        }
    }

    private enum Step {
        static let volume = "create-volume"
        static let restore = "restore-backup"
        static let naming = "name-volume"
    }

    private func named(_ context: ResourceContext) -> String? {
        context.parameters["volume_id"]?.string.flatMap { $0.isEmpty ? nil : VolumeID.canonical($0) }
    }

    private func name(_ context: ResourceContext) -> String {
        context.parameters["restore_name"]?.string ?? "\(context.operation.checkpointID)@\(context.resource.id)"
    }

    /// The volume to restore into.
    private func target(_ context: ResourceContext, backupID: String) async throws -> String {
        if let named = named(context) { return named }
        let cinder = context.clients.blockStorage
        let marker = context.marker
        let name = name(context)
        let description = context.parameters["restore_description"]?.string
        // Asked for outside the step, whose time to settle is that of one call.
        let size =
            try context.steps.result(of: Step.volume, as: String.self) == nil
            ? try await size(of: backupID, context) : 0
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

    private func size(of backupID: String, _ context: ResourceContext) async throws -> Int {
        let cinder = context.clients.blockStorage
        let backup = try await context.waiting.answer { try await cinder.backup(backupID) }
        guard let size = backup.size else { throw ResourceFailure("Cinder does not say how large the backup is") }
        return size
    }

    /// Cinder restores a backup into one volume at a time: when another restore was quicker, it is this one's turn after it.
    private func restore(_ context: ResourceContext, backupID: String, into target: String) async throws {
        var refusals = 0
        while true {
            do {
                return try await begin(context, backupID: backupID, into: target)
            } catch let error as ServiceError where error.code == .badRequest {
                let cinder = context.clients.blockStorage
                let status = try await context.waiting.answer { try await cinder.backup(backupID).status.rawValue }
                // The other one may be done already, so a refusal of a backup that looks free is not yet the last word.
                if !CinderStates.backupRestored.passing.contains(status) { refusals += 1 }
                guard refusals < 3 else { throw error }
            }
        }
    }

    private func begin(_ context: ResourceContext, backupID: String, into target: String) async throws {
        guard try context.steps.result(of: Step.restore, as: String.self) == nil else { return }
        let cinder = context.clients.blockStorage
        let isUnderWay = try await isUnderWay(context, backupID: backupID, into: target)
        _ = try await context.step(
            Step.restore,
            recovery: .adopt {
                if isUnderWay { return target }
                return try await cinder.volume(target).status.rawValue == CinderStates.restoring ? target : nil
            }
        ) {
            try await cinder.restoreBackup(backupID, toVolume: target).volumeID
        }
    }

    /// Returns when the backup can be restored: false. Or, when an earlier run has asked for that already, at once: true.
    ///
    /// The backup is busy then, too. Whoever waited for it alone would find the volume restored, and could not tell it from
    /// an empty one any more.
    private func isUnderWay(_ context: ResourceContext, backupID: String, into target: String) async throws -> Bool {
        let cinder = context.clients.blockStorage
        let isNew = named(context) == nil
        let (volume, backup) = try await context.waiting.wait(
            upTo: pollInterval,
            fetch: { (try await cinder.volume(target).status.rawValue, try await cinder.backup(backupID)) },
            verdict: { volume, backup in
                if volume == CinderStates.restoring { return .done }
                if isNew {
                    let made = CinderStates.volumeMade.verdict(volume, what: "the new volume")
                    guard made == .done else { return made }
                }
                return CinderStates.backupRestored.verdict(
                    backup.status.rawValue, what: "the backup", told: backup.statusAndReason)
            })
        context.progress.expect(gibibytes: backup.size)
        return volume == CinderStates.restoring
    }
}
