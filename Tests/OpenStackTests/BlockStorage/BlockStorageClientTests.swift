import Foundation
import HTTPTypes
import Keystone
import OpenStack
import Synchronization
import TestSupport
import Testing

/// The requests that Cinder sees, and what is made of its answers.
@Suite struct BlockStorageClientTests {
    /// What one call sent.
    struct Sent: Equatable {
        var line: String
        var body: NSDictionary?
    }

    func sent(_ rig: CinderRig) throws -> Sent {
        let request = try #require(rig.cinder.requests.last)
        let path = request.path.replacing("/v3/demo-project/", with: "")
        let body =
            request.body.isEmpty ? nil : try JSONSerialization.jsonObject(with: Data(request.body)) as? NSDictionary
        return Sent(line: "\(request.method.rawValue) \(path)", body: body)
    }

    func json(_ text: String) throws -> NSDictionary? {
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary
    }

    @Test func `volumes: get, create, rename, delete`() async throws {
        let answer: CinderRig.Answer = { method, _, _ in
            method == .delete
                ? ScriptedResponse(202)
                : ScriptedResponse(
                    200,
                    text: """
                        {"volume": {"id": "v1", "status": "in-use", "size": 7, "name": "data", "description": null,
                        "availability_zone": "nova", "bootable": "true", "encrypted": false, "volume_type": "lvm",
                        "snapshot_id": null, "metadata": {"karbor_operation_id": "o1"}, "os-vol-tenant-attr:tenant_id": "p1",
                        "attachments": [{"server_id": "s1", "attachment_id": "a1", "device": "/dev/vdb", "host_name": null,
                        "id": "v1", "volume_id": "v1", "attached_at": "2026-01-02T03:04:05.000000"}], "multiattach": false}}
                        """)
        }
        try await withCinder(answer) { rig in
            let client = rig.factory().blockStorage
            let volume = try await client.volume("v1")
            #expect(try sent(rig).line == "GET volumes/v1")
            #expect(volume.status == "in-use" && volume.size == 7 && volume.projectID == "p1")
            #expect(volume.metadata == ["karbor_operation_id": "o1"])
            #expect(volume.attachments.map(\.serverID) == ["s1"])

            _ = try await client.createVolume(NewVolume(size: 1))
            #expect(try sent(rig) == Sent(line: "POST volumes", body: try json(#"{"volume": {"size": 1}}"#)))
            _ = try await client.createVolume(
                NewVolume(
                    size: 2, name: "n", description: "d", availabilityZone: "nova", volumeType: "lvm", snapshotID: "sn",
                    metadata: ["k": "v"]))
            let whole = """
                {"volume": {"size": 2, "name": "n", "description": "d", "availability_zone": "nova", "volume_type": "lvm",
                "snapshot_id": "sn", "metadata": {"k": "v"}}}
                """
            #expect(try sent(rig).body == json(whole))

            _ = try await client.updateVolume("v1", name: "new")
            #expect(try sent(rig) == Sent(line: "PUT volumes/v1", body: try json(#"{"volume": {"name": "new"}}"#)))
            try await client.deleteVolume("v1")
            #expect(try sent(rig) == Sent(line: "DELETE volumes/v1", body: nil))
        }
    }

    @Test func `snapshots: get, create, delete`() async throws {
        let answer: CinderRig.Answer = { method, _, _ in
            method == .delete
                ? ScriptedResponse(202)
                : ScriptedResponse(
                    202, text: #"{"snapshot": {"id": "s1", "status": "creating", "volume_id": "v1", "size": 1}}"#)
        }
        try await withCinder(answer) { rig in
            let client = rig.factory().blockStorage
            let snapshot = try await client.createSnapshot(
                NewVolumeSnapshot(volumeID: "v1", name: "n", force: true, metadata: ["k": "v"]))
            #expect(snapshot.status == "creating" && snapshot.volumeID == "v1")
            let body = #"{"snapshot": {"volume_id": "v1", "name": "n", "force": true, "metadata": {"k": "v"}}}"#
            #expect(try sent(rig) == Sent(line: "POST snapshots", body: try json(body)))
            _ = try await client.snapshot("s1")
            #expect(try sent(rig).line == "GET snapshots/s1")
            try await client.deleteSnapshot("s1")
            #expect(try sent(rig).line == "DELETE snapshots/s1")
        }
    }

    @Test func `backups: get, create, restore, delete`() async throws {
        let answer: CinderRig.Answer = { method, path, _ in
            if path.hasSuffix("/restore") {
                return ScriptedResponse(
                    202, text: #"{"restore": {"backup_id": "b1", "volume_id": "v2", "volume_name": "n"}}"#)
            }
            if method == .post {
                return ScriptedResponse(202, text: #"{"backup": {"id": "b1", "name": "n", "links": []}}"#)
            }
            return ScriptedResponse(
                200,
                text: """
                    {"backup": {"id": "b1", "status": "error", "fail_reason": "no space", "size": 1, "object_count": 22,
                    "container": "c", "volume_id": "v1", "snapshot_id": "s1", "is_incremental": true,
                    "has_dependent_backups": false, "metadata": {"k": "v"}, "created_at": "2026-01-02T03:04:05.000000"}}
                    """)
        }
        try await withCinder(answer) { rig in
            let client = rig.factory().blockStorage
            let made = try await client.createBackup(
                NewVolumeBackup(
                    volumeID: "v1", snapshotID: "s1", name: "n", container: "c", incremental: true, metadata: ["k": "v"]
                ))
            #expect(made.id == "b1" && made.status == "creating")
            let body = """
                {"backup": {"volume_id": "v1", "snapshot_id": "s1", "name": "n", "container": "c", "incremental": true,
                "force": false, "metadata": {"k": "v"}}}
                """
            #expect(try sent(rig) == Sent(line: "POST backups", body: try json(body)))
            let backup = try await client.backup("b1")
            #expect(backup.status == "error" && backup.failReason == "no space")
            #expect(backup.metadata == ["k": "v"] && backup.snapshotID == "s1")

            let restore = try await client.restoreBackup("b1")
            #expect(restore.volumeID == "v2")
            #expect(try sent(rig) == Sent(line: "POST backups/b1/restore", body: try json(#"{"restore": {}}"#)))
            _ = try await client.restoreBackup("b1", toVolume: "v3", name: "x")
            #expect(try sent(rig).body == json(#"{"restore": {"volume_id": "v3", "name": "x"}}"#))
            try await client.deleteBackup("b1")
            #expect(try sent(rig).line == "DELETE backups/b1")
        }
    }

    @Test func `what is not there is told apart from what is full`() async throws {
        let answer: CinderRig.Answer = { method, _, _ in
            method == .get
                ? ScriptedResponse(
                    404, text: #"{"itemNotFound": {"code": 404, "message": "Volume v9 could not be found."}}"#)
                : ScriptedResponse(
                    413, [.retryAfter: "0"],
                    text:
                        #"{"overLimit": {"code": 413, "message": "Maximum number of volumes allowed (10) exceeded", "retryAfter": "0"}}"#
                )
        }
        try await withCinder(answer) { rig in
            let client = rig.factory().blockStorage
            let missing = try await serviceError { _ = try await client.volume("v9") }
            #expect(missing.code == .notFound && missing.message == "Volume v9 could not be found.")
            let full = try await serviceError { _ = try await client.createVolume(NewVolume(size: 1)) }
            #expect(full.code == .overLimit && full.message == "Maximum number of volumes allowed (10) exceeded")
            #expect(full.disposition == .callersFault)
            #expect(rig.cinder.requests.count == 2)
        }
    }

    @Test func `fields of another form and words of another year are no obstacle`() async throws {
        let answer: CinderRig.Answer = { _, _, _ in
            ScriptedResponse(
                200,
                text: """
                    {"volume": {"id": "v1", "status": "dreaming", "size": "7", "bootable": true, "metadata": {"a": 1},
                    "attachments": [7, {"server_id": 8}], "new_field": {"x": []}}, "also": 1}
                    """)
        }
        try await withCinder(answer) { rig in
            let volume = try await rig.factory().blockStorage.volume("v1")
            #expect(volume.status == "dreaming" && volume.size == nil && volume.metadata.isEmpty)
            #expect(volume.attachments.count == 1 && volume.attachments.first?.serverID == nil)
        }
    }

    @Test(arguments: ["{}", #"{"volume": null}"#, #"{"volume": {"status": "available"}}"#, "", "[]", "<html>"])
    func `an answer without the thing asked for is an error, not a crash`(body: String) async throws {
        try await withCinder({ _, _, _ in ScriptedResponse(200, text: body) }) { rig in
            let error = try await serviceError { _ = try await rig.factory().blockStorage.volume("v1") }
            #expect(error.code == .invalidResponse)
        }
    }

    @Test func `a client's time limit is that of each call`() async throws {
        let answer: CinderRig.Answer = { _, _, _ in
            Thread.sleep(forTimeInterval: 8)
            return ScriptedResponse(200, text: "{}")
        }
        try await withCinder(answer) { rig in
            var client = rig.factory().blockStorage
            _ = try await rig.environment.tokens.token(until: .now + .seconds(30))
            client.timeout = .milliseconds(300)
            let started = ContinuousClock.now
            let error = try await serviceError { _ = try await client.createVolume(NewVolume(size: 1)) }
            #expect(error.code == .timedOut && error.requestMayHaveArrived)
            #expect(ContinuousClock.now - started < .seconds(6))
        }
    }
}
