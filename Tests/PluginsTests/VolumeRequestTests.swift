import Protection
import Testing

@testable import Engine
@testable import Plugins

/// What operations on volumes ask of Cinder.
@Suite(.timeLimit(.minutes(2))) struct VolumeRequestTests {
    private let ids = (0..<40).map { "v\($0)" }

    private func rig() throws -> (FakeCinder, VolumeRig) {
        let cinder = try FakeCinder(volumes: ids)
        return (cinder, try VolumeRig(cinder))
    }

    @Test func `a protect makes three requests a volume, beside the lists that all share`() async throws {
        let (cinder, rig) = try rig()
        #expect(try await rig.protect(volumes: ids).status == .available, "\(rig.errorInfo ?? "")")
        let requests = cinder.state.requests
        #expect(requests["POST snapshots"] == 40)
        #expect(requests["POST backups"] == 40)
        #expect(requests["DELETE snapshots"] == 40)
        #expect(requests.keys.allSatisfy { !$0.hasSuffix("volumes") })
        let polling = requests.filter { $0.key.hasPrefix("LIST") || $0.key.hasPrefix("GET") }.values.reduce(0, +)
        #expect(polling <= 60, "\(requests)")
        #expect(cinder.state.snapshots.isEmpty)
        #expect(cinder.state.backups.count == 40)
    }

    @Test func `a protect looks at none of its snapshots on their way out, but for those that are there at its end`()
        async throws
    {
        let (cinder, rig) = try rig()
        cinder.change { $0.droppedDeletions = ["snapshots": 2] }
        #expect(try await rig.protect(volumes: ids).status == .available, "\(rig.errorInfo ?? "")")
        #expect(cinder.state.requests["DELETE snapshots"] == 42, "two of them were forgotten by Cinder")
        #expect(cinder.state.snapshots.isEmpty)
        #expect(rig.errorInfo == nil)
    }

    @Test func `a restore asks for a volume, its content and its name; a verification for nothing else`() async throws {
        let (cinder, rig) = try rig()
        let checkpoint = try await rig.protect(volumes: ids)
        cinder.change { $0.requests = [:] }
        #expect(try await rig.restore(checkpoint)?.status == .success, "\(rig.errorInfo ?? "")")
        var requests = cinder.state.requests
        #expect(requests["POST volumes"] == 40)
        #expect(requests["PUT volumes"] == 40)
        #expect(requests["POST backups"] == 40)
        let polling = { (requests: [String: Int]) in
            requests.filter { $0.key.hasPrefix("LIST") || $0.key.hasPrefix("GET") }.values.reduce(0, +)
        }
        #expect(polling(requests) <= 60, "\(requests)")
        cinder.change { $0.requests = [:] }
        #expect(try await rig.verify(checkpoint)?.status == .success)
        requests = cinder.state.requests
        #expect(requests.values.reduce(0, +) == polling(requests) && polling(requests) <= 5, "\(requests)")
    }

    @Test func `a delete makes one request a volume, and one list of each kind finds what else there is`() async throws
    {
        let (cinder, rig) = try rig()
        let checkpoint = try await rig.protect(volumes: ids)
        cinder.change { $0.requests = [:] }
        #expect(try await rig.delete(checkpoint).status == .deleted)
        let requests = cinder.state.requests
        #expect(requests["DELETE backups"] == 40)
        #expect(requests["LIST snapshots"] == 1)
        #expect((requests["LIST backups"] ?? 0) + (requests["GET backups"] ?? 0) <= 20, "\(requests)")
        #expect(cinder.state.backups.isEmpty)
    }

    @Test func `a volume that is busy is waited for when Cinder refuses`() async throws {
        let (cinder, rig) = try rig()
        cinder.change { state in
            for id in ["v0", "v1"] { state.volumes[id] = state.volumes[id]?.setting("status", "attaching") }
        }
        #expect(try await rig.protect(volumes: ["v0", "v1", "v2"]).status == .available, "\(rig.errorInfo ?? "")")
        #expect(cinder.state.requests["POST snapshots"] == 5)
        #expect(cinder.state.backups.count == 3)
    }

    @Test func `a volume in a bad state fails with that, and is asked for a bounded number of times`() async throws {
        let (cinder, rig) = try rig()
        cinder.change { state in
            state.volumes["v0"] = state.volumes["v0"]?.setting("status", "error")
            state.volumes["v1"] = state.volumes["v1"]?.setting("status", "error_extending")
        }
        #expect(try await rig.protect(volumes: ["v0"]).status == .error)
        #expect(rig.errorInfo == "OS::Cinder::Volume#v0: the volume went to error")
        #expect(cinder.state.requests["POST snapshots"] == 1)
        // It looks ready, and Cinder refuses all the same: then with Cinder's words.
        #expect(try await rig.protect(volumes: ["v1"]).status == .error)
        #expect(rig.errorInfo == "OS::Cinder::Volume#v1: Invalid volume: it is busy (req-1)")
        #expect(cinder.state.requests["POST snapshots"] == 4)
    }

    @Test(arguments: ["snapshots", "backups"])
    func `of two things from one request that a proxy sent twice one is kept`(collection: String) async throws {
        let (cinder, rig) = try rig()
        cinder.change { $0.doubledPosts = [collection: 2] }
        let checkpoint = try await rig.protect(volumes: ["v0", "v1", "v2"])
        #expect(checkpoint.status == .available)
        #expect(rig.errorInfo == nil)
        #expect(cinder.state.snapshots.isEmpty)
        #expect(cinder.state.backups.count == 3)
        for id in ["v0", "v1", "v2"] {
            let section = try rig.checkpoints.section(of: checkpoint.id, resourceID: id)
            let kept = try #require(try await section.json(at: "metadata")["backup_id"]?.string)
            #expect(cinder.state.backups[kept] != nil, "the one that the checkpoint names")
        }
    }

    @Test func `of two volumes from one request that a proxy sent twice the restored one is kept`() async throws {
        let (cinder, rig) = try rig()
        let checkpoint = try await rig.protect(volumes: ["v0"])
        cinder.change { $0.doubledPosts = ["volumes": 1] }
        let restore = try #require(try await rig.restore(checkpoint))
        #expect(restore.status == .success)
        #expect(cinder.state.volumes.count == 41)
        let kept = try #require(cinder.state.volumes.keys.last)
        #expect(restore.resources.status == ["OS::Cinder::Volume#\(kept)": "available"])
    }

    @Test func `of a resource that failed the bank names no backup`() async throws {
        let (cinder, rig) = try rig()
        let checkpoint = try await rig.protect(volumes: ["v0"])
        cinder.change { $0.backupFailure = "the object store is full" }
        let failed = try await rig.protect(volumes: ["v0"])
        #expect(failed.status == .error)
        #expect(try await rig.checkpoints.section(of: checkpoint.id, resourceID: "v0").names().contains("metadata"))
        #expect(try await rig.checkpoints.section(of: failed.id, resourceID: "v0").names() == ["status"])
    }
}
