import OrderedCollections
import Protection
import Testing

@testable import Engine
@testable import Plugins

@Suite(.timeLimit(.minutes(2))) struct VolumeBackupTests {
    private let cinder: FakeCinder
    private let rig: VolumeRig

    init() throws {
        cinder = try FakeCinder(volumes: ["v"])
        rig = try VolumeRig(cinder)
    }

    @Test func `a protect makes a snapshot, a backup of it, notes it, and removes the snapshot`() async throws {
        let checkpoint = try await rig.protect()
        #expect(checkpoint.status == .available)
        let state = cinder.state
        #expect(state.snapshots.isEmpty)
        #expect(state.backups.count == 1)
        let backup = try #require(state.backups.values.first)
        #expect(backup["volume_id"] == "v")
        #expect(backup["metadata"]?["karbor_checkpoint_id"] == .string(checkpoint.id))
        #expect(backup["snapshot_id"]?.string?.hasPrefix("snapshot-") == true)
        #expect(cinder.asked("POST snapshots").map { $0["snapshot"]?["force"] } == [true])
        let section = try rig.section(checkpoint)
        #expect(try await section.json(at: "metadata") == ["volume_id": "v", "backup_id": backup["id"] ?? .null])
        #expect(try await section.text(at: "status") == "available")
    }

    @Test func `a protect and a restore tell how large the volume is, and that all of it is done`() async throws {
        let size = JSONValue.integer(3 << 30)
        let checkpoint = try await rig.protect()
        #expect(rig.progress?["bytes_total"] == size && rig.progress?["bytes_done"] == size)
        _ = try await rig.restore(checkpoint)
        #expect(rig.progress?["bytes_total"] == size && rig.progress?["bytes_done"] == size)
    }

    @Test func `what the user asks of a backup is passed on`() async throws {
        _ = try await rig.protect([
            "backup_name": "nightly", "description": "mine", "container": "box", "backup_mode": "incremental",
            "force": "true",
        ])
        let asked = try #require(cinder.asked("POST backups").first?["backup"])
        #expect(asked["name"] == "nightly")
        #expect(asked["description"] == "mine")
        #expect(asked["container"] == "box")
        #expect(asked["incremental"] == true)
        #expect(asked["force"] == true)
    }

    @Test func `without parameters a backup is full and not forced`() async throws {
        _ = try await rig.protect(["backup_mode": "full", "force": false])
        let asked = try #require(cinder.asked("POST backups").first?["backup"])
        #expect(asked["incremental"] == false)
        #expect(asked["force"] == false)
    }

    @Test func `a backup that fails says Cinder's reason and leaves nothing over`() async throws {
        cinder.change { $0.backupFailure = "the object store is full" }
        let checkpoint = try await rig.protect()
        #expect(checkpoint.status == .error)
        #expect(
            rig.errorInfo == "OS::Cinder::Volume#v: the backup went to error: the object store is full")
        #expect(cinder.state.backups.isEmpty)
        #expect(cinder.state.snapshots.isEmpty)
        #expect(try await rig.section(checkpoint).text(at: "status") == "error")
    }

    @Test func `a restore makes a marked volume first, restores into it, names it and reports it`() async throws {
        let checkpoint = try await rig.protect()
        let restore = try #require(try await rig.restore(checkpoint, ["restore_name": "back"]))
        #expect(restore.status == .success, "\(rig.errorInfo ?? "")")
        let id = try #require(cinder.state.volumes.keys.first { $0 != "v" })
        let volume = try #require(cinder.state.volumes[id])
        #expect(volume["name"] == "back")
        #expect(volume["size"] == 3)
        #expect(volume["status"] == "available")
        #expect(volume["metadata"]?["karbor_resource_id"] == "v")
        #expect(cinder.asked("POST restore") == [["restore": ["volume_id": .string(id)]]])
        #expect(restore.resources.status == ["OS::Cinder::Volume#\(id)": "available"])
    }

    @Test func `a restore without a name calls the volume after checkpoint and resource`() async throws {
        let checkpoint = try await rig.protect()
        _ = try await rig.restore(checkpoint)
        #expect(cinder.state.volumes.values.last?["name"] == .string("\(checkpoint.id)@v"))
    }

    @Test func `a restore into the volume that the user named makes none`() async throws {
        let checkpoint = try await rig.protect()
        let restore = try #require(try await rig.restore(checkpoint, ["volume_id": "v"]))
        #expect(restore.status == .success, "\(rig.errorInfo ?? "")")
        #expect(Array(cinder.state.volumes.keys) == ["v"])
        #expect(restore.resources.status == ["OS::Cinder::Volume#v": "available"])
    }

    @Test func `a restore that fails removes its volume, but never one that the user named`() async throws {
        let checkpoint = try await rig.protect()
        cinder.change { $0.restoreFailure = true }
        let restore = try #require(try await rig.restore(checkpoint))
        #expect(restore.status == .fail)
        #expect(Array(cinder.state.volumes.keys) == ["v"])
        #expect(rig.errorInfo?.contains("error_restoring") == true)
        _ = try await rig.restore(checkpoint, ["volume_id": "v"])
        #expect(cinder.state.volumes["v"]?["status"] == "error_restoring")
    }

    @Test func `a delete removes the backup and whatever else carries the checkpoint's mark, nothing else`()
        async throws
    {
        let checkpoint = try await rig.protect()
        let mark: JSONValue = ["karbor_checkpoint_id": .string(checkpoint.id), "karbor_resource_id": "v"]
        cinder.change { state in
            state.snapshots["left"] = ["id": "left", "status": "available", "metadata": mark]
            state.snapshots["theirs"] = ["id": "theirs", "status": "available", "metadata": [:]]
            state.backups["theirs"] = ["id": "theirs", "status": "available", "metadata": [:]]
        }
        #expect(try await rig.delete(checkpoint).status == .deleted)
        #expect(Array(cinder.state.backups.keys) == ["theirs"])
        #expect(Array(cinder.state.snapshots.keys) == ["theirs"])
    }

    @Test func `a delete of what is gone already succeeds`() async throws {
        let checkpoint = try await rig.protect()
        cinder.change { $0.backups = [:] }
        #expect(try await rig.delete(checkpoint).status == .deleted)
    }

    @Test func `a verification tells whether the backup is there and good`() async throws {
        let checkpoint = try await rig.protect()
        #expect(try await rig.verify(checkpoint)?.status == .success)
        cinder.change { state in
            for id in state.backups.keys { state.backups[id] = state.backups[id]?.setting("status", "error") }
        }
        #expect(try await rig.verify(checkpoint)?.status == .fail)
        #expect(rig.errorInfo == "OS::Cinder::Volume#v: the backup is error")
        cinder.change { $0.backups = [:] }
        let gone = try await rig.verify(checkpoint)
        #expect(gone?.resources.status == ["OS::Cinder::Volume#v": "error"])
    }

    // MARK: When Cinder stumbles

    @Test func `a stumble of Cinder while a failed protect is cleaned up leaves nothing over`() async throws {
        cinder.change { state in
            state.backupFailure = "the object store is full"
            state.hiccups = ["LIST backups": 2, "LIST snapshots": 1, "DELETE backups": 1, "DELETE snapshots": 1]
        }
        #expect(try await rig.protect().status == .error)
        #expect(rig.errorInfo == "OS::Cinder::Volume#v: the backup went to error: the object store is full")
        #expect(cinder.state.backups.isEmpty)
        #expect(cinder.state.snapshots.isEmpty)
    }

    @Test func `a deletion whose answer was lost is not asked for in vain`() async throws {
        cinder.change { state in
            state.backupFailure = "the object store is full"
            state.lostAnswers = ["DELETE backups": 1, "DELETE snapshots": 1]
        }
        #expect(try await rig.protect().status == .error)
        #expect(rig.errorInfo == "OS::Cinder::Volume#v: the backup went to error: the object store is full")
        #expect(cinder.state.backups.isEmpty)
        #expect(cinder.state.snapshots.isEmpty)
    }

    @Test func `what Cinder does not delete though it said so is asked for again, and then told`() async throws {
        let checkpoint = try await rig.protect()
        cinder.change { $0.droppedDeletions = ["backups": 2] }
        #expect(try await rig.delete(checkpoint).status == .deleted)
        #expect(cinder.state.backups.isEmpty)

        let another = try await rig.protect()
        cinder.change { $0.droppedDeletions = ["backups": .max] }
        #expect(try await rig.delete(another).status == .errorDeleting)
        #expect(rig.errorInfo?.contains("Cinder has not deleted the backup") == true, "\(rig.errorInfo ?? "")")
    }

    @Test func `a restore that finds the backup busy with another waits for its turn`() async throws {
        let checkpoint = try await rig.protect()
        cinder.change { $0.rivalRestores = 2 }
        #expect(try await rig.restore(checkpoint)?.status == .success)
        #expect(cinder.asked("POST restore").count == 3)
        #expect(cinder.state.volumes.count == 2)
    }

    @Test func `a stumble of Cinder while a failed restore is cleaned up leaves no volume over`() async throws {
        let checkpoint = try await rig.protect()
        cinder.change { state in
            state.restoreFailure = true
            state.hiccups = ["LIST volumes": 1, "DELETE volumes": 1]
        }
        #expect(try await rig.restore(checkpoint)?.status == .fail)
        #expect(Array(cinder.state.volumes.keys) == ["v"])
    }

    @Test func `what was made is named where Cinder cannot be asked what there is`() async throws {
        let rig = try VolumeRig(cinder, settings: EngineSettings(maxOperationDuration: 100))
        cinder.change { state in
            state.backupFailure = "the object store is full"
            state.hiccups = ["LIST backups": .max, "DELETE backups": .max]
        }
        #expect(try await rig.protect().status == .error)
        let backup = try #require(cinder.state.backups.keys.first)
        #expect(rig.errorInfo?.contains("backup \(backup) is left: ") == true, "\(rig.errorInfo ?? "")")
    }

    @Test func `a stumble of Cinder is no verdict on a backup`() async throws {
        let checkpoint = try await rig.protect()
        cinder.change { $0.hiccups = ["GET backups": 2] }
        #expect(try await rig.verify(checkpoint)?.status == .success)
    }

    @Test func `a delete that fails says why, and so does the bank`() async throws {
        let checkpoint = try await rig.protect()
        cinder.change { state in
            for id in state.backups.keys { state.backups[id] = state.backups[id]?.setting("status", "odd") }
        }
        #expect(try await rig.delete(checkpoint).status == .errorDeleting)
        #expect(rig.errorInfo == "OS::Cinder::Volume#v: the backup went to odd")
        #expect(try await rig.section(checkpoint).text(at: "status") == "error")
    }
}
