import Foundation
import Keystone
import OpenStack
import Telemetry
import Testing

/// The same against a real Keystone and Cinder; skipped unless `KARBOR_CLOUD` names a cloud.json.
@Suite(.enabled(if: RealCloud.path != nil), .serialized) struct RealCloudTests {
    /// Asks until `isDone` says so, or a minute has passed.
    func poll<Value>(
        _ ask: () async throws -> Value, until isDone: (Value) -> Bool
    ) async throws -> Value {
        let end = ContinuousClock.now + .seconds(90)
        while true {
            let value = try await ask()
            if isDone(value) { return value }
            try #require(ContinuousClock.now < end, "still \(value)")
            try await Task.sleep(for: .milliseconds(300))
        }
    }

    func isGone(_ ask: () async throws -> Void) async throws -> Bool {
        do {
            try await ask()
            return false
        } catch let error as ServiceError where error.code == .notFound {
            return true
        }
    }

    @Test func `volume, snapshot, backup, restore and their end, with a user's token that expired before`() async throws
    {
        try await withRealCloud { rig in
            let token = try await rig.expiredUserToken()
            let client = rig.factory(token).blockStorage
            let mark = ["karbor_operation_id": UUID().uuidString]

            let volume = try await client.createVolume(NewVolume(size: 1, name: "karbor client test", metadata: mark))
            _ = try await poll {
                try await client.volume(volume.id)
            } until: {
                $0.status == "available"
            }
            #expect(try await client.volumes(metadata: mark).all().map(\.id) == [volume.id])
            #expect(try await client.updateVolume(volume.id, name: "it's renamed").name == "it's renamed")

            let snapshot = try await client.createSnapshot(
                NewVolumeSnapshot(volumeID: volume.id, name: "snapshot", force: true, metadata: mark))
            _ = try await poll {
                try await client.snapshot(snapshot.id)
            } until: {
                $0.status == "available"
            }
            #expect(try await client.snapshots(ofVolume: volume.id, metadata: mark).all().map(\.id) == [snapshot.id])
            #expect(try await client.snapshots(metadata: ["karbor_operation_id": "another"]).all().isEmpty)

            let backup = try await client.createBackup(
                NewVolumeBackup(
                    volumeID: volume.id, snapshotID: snapshot.id, name: "backup", force: true, metadata: mark))
            let done = try await poll {
                try await client.backup(backup.id)
            } until: {
                $0.status != "creating"
            }
            #expect(done.status == "available" && done.metadata == mark, "\(done)")
            #expect(try await client.backups(ofVolume: volume.id, pageSize: 1).all().map(\.id) == [backup.id])

            let target = try await client.createVolume(NewVolume(size: 1, name: "target", metadata: mark))
            _ = try await poll {
                try await client.volume(target.id)
            } until: {
                $0.status == "available"
            }
            let restore = try await client.restoreBackup(backup.id, toVolume: target.id)
            #expect(restore.volumeID == target.id)
            _ = try await poll {
                try await client.volume(target.id)
            } until: {
                $0.status == "available"
            }
            _ = try await poll {
                try await client.backup(backup.id)
            } until: {
                $0.status == "available"
            }

            try await client.deleteBackup(backup.id)
            _ = try await poll {
                try await isGone { _ = try await client.backup(backup.id) }
            } until: {
                $0
            }
            try await client.deleteSnapshot(snapshot.id)
            _ = try await poll {
                try await isGone { _ = try await client.snapshot(snapshot.id) }
            } until: {
                $0
            }
            for id in [volume.id, target.id] { try await client.deleteVolume(id) }
            _ = try await poll {
                try await client.volumes(metadata: mark).all()
            } until: {
                $0.isEmpty
            }
        }
    }

    @Test func `Cinder's refusals come in its own words`() async throws {
        try await withRealCloud { rig in
            let client = rig.factory(try await rig.userToken()).blockStorage
            let missing = try await serviceError { _ = try await client.volume("00000000-0000-0000-0000-000000000000") }
            #expect(missing.code == .notFound && missing.message.contains("could not be found"))
            #expect(missing.requestID?.hasPrefix("req-") == true)
            let wrong = try await serviceError { _ = try await client.createVolume(NewVolume(size: 0)) }
            #expect(wrong.code == .badRequest && !wrong.message.isEmpty, "\(wrong)")
        }
    }

    @Test func `a service token revoked in the middle, and service tokens of a few seconds, go unnoticed`() async throws
    {
        try await withRealCloud(short: true) { rig in
            let client = rig.factory(try await rig.expiredUserToken()).blockStorage
            let end = ContinuousClock.now + .seconds(9)
            while ContinuousClock.now < end { _ = try await client.volumes().all() }
            #expect(rig.tokens.status.statistics.renewals >= 3)
            let current = try await rig.tokens.token(until: rig.deadline())
            try await rig.identity.revoke(current.value, with: current.value, until: rig.deadline())
            _ = try await client.volumes(pageSize: 1).all()
            #expect(rig.tokens.status.statistics.rejections >= 1 || rig.tokens.current != current)
        }
    }

    @Test func `a user's token revoked is told apart from a service token without the role`() async throws {
        try await withRealCloud { rig in
            let token = try await rig.userToken()
            let client = rig.factory(token).blockStorage
            _ = try await client.volumes(pageSize: 1).all()
            try await rig.identity.revoke(token.value, with: token.value, until: rig.deadline())
            let error = try await serviceError { _ = try await client.volumes().all() }
            #expect(error.code == .userTokenGone && error.disposition == .permanent, "\(error)")
        }
        try await withRealCloud(serviceUser: "noservice") { rig in
            let client = rig.factory(try await rig.userToken()).blockStorage
            let error = try await serviceError { _ = try await client.volumes().all() }
            #expect(error.code == .tokensRefused && error.message.contains("lacks the service role"), "\(error)")
            #expect(rig.tokens.status.lacksRole)
        }
    }

    @Test func `callers are validated as Keystone says`() async throws {
        try await withRealCloud { rig in
            let validator = TokenValidator(identity: rig.identity, tokens: rig.tokens, time: rig.loop)
            let token = try await rig.userToken()
            let caller = try await validator.authenticate(token: token.value)
            #expect(caller.token.project?.id == rig.cloud.projects["demo"] && caller.token.user.name == "demo")
            #expect(caller.token.catalog?.entries.contains { $0.type == "volumev3" } == true)
            #expect(caller.token.lifetime == token.lifetime)

            let expired = try await rig.expiredUserToken()
            func refusal(_ service: Secret<String>?) async throws -> AuthenticationError.Code {
                try #require(
                    await #expect(throws: AuthenticationError.self) {
                        _ = try await validator.authenticate(token: expired.value, serviceToken: service)
                    }
                ).code
            }
            #expect(try await refusal(nil) == .invalidToken)
            #expect(try await refusal(Secret("gAAAAAnonsense")) == .invalidServiceToken)
            #expect(try await refusal(token.value) == .invalidServiceToken)
            let service = try await rig.tokens.token(until: rig.deadline())
            _ = try await validator.authenticate(token: expired.value, serviceToken: service.value)
        }
    }

    @Test func `without a catalogue the endpoint is found in Keystone's own list`()
        async throws
    {
        try await withRealCloud { rig in
            var token = try await rig.userToken()
            token.catalog = nil
            _ = try await rig.factory(token).blockStorage.volumes(pageSize: 1).all()
        }
    }
}
