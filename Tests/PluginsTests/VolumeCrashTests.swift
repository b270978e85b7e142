import Protection
import TestSupport
import Testing

@testable import Plugins

/// The daemon ends right after each of its calls to store and bank in turn, and is started again.
@Suite struct VolumeCrashTests {
    @Test func `a protect ends with one backup, wherever the daemon was ended`() async throws {
        var call = 1
        while true {
            let cinder = try FakeCinder(volumes: ["v"])
            let disk = MemoryDisk()
            try await queue(cinder, disk) { _ = try await $0.protect() }
            guard try await isHit(cinder, disk, at: call) else { break }
            #expect(disk.rows.logs.values.map(\.status) == ["available"], "call \(call)")
            #expect(disk.rows.logs.values.first?.errorInfo == nil, "call \(call)")
            #expect(cinder.asked("POST backups").count == 1, "call \(call)")
            #expect(cinder.asked("POST snapshots").count == 1, "call \(call)")
            #expect(cinder.state.backups.count == 1 && cinder.state.snapshots.isEmpty, "call \(call)")
            call += 1
        }
        #expect(call > 10)
    }

    @Test func `a restore ends with one volume, wherever the daemon was ended`() async throws {
        var call = 1
        while true {
            let cinder = try FakeCinder(volumes: ["v"])
            let disk = MemoryDisk()
            let checkpoint = try await VolumeRig(cinder, disk: disk).protect()
            try await queue(cinder, disk) { _ = try await $0.restore(checkpoint) }
            guard try await isHit(cinder, disk, at: call) else { break }
            let restore = disk.rows.restores.values.first
            #expect(restore?.status == .success, "call \(call): \(restore?.resources.reason ?? [:])")
            #expect(cinder.asked("POST volumes").count == 1, "call \(call)")
            #expect(cinder.state.volumes.count == 2, "call \(call)")
            #expect(cinder.state.volumes.values.last?["status"] == "available", "call \(call)")
            call += 1
        }
        #expect(call > 10)
    }

    /// Has an operation accepted by a daemon that then stops.
    private func queue(
        _ cinder: FakeCinder, _ disk: MemoryDisk, _ ask: (VolumeRig) async throws -> Void
    ) async throws {
        let rig = try VolumeRig(cinder, disk: disk)
        await rig.engine.suspend()
        try await ask(rig)
    }

    /// Lets a daemon die after its `call`-th call and another end what is left; false if there was no such call.
    private func isHit(_ cinder: FakeCinder, _ disk: MemoryDisk, at call: Int) async throws -> Bool {
        let first = try VolumeRig(cinder, disk: disk, mortal: Mortal(.diesAfter(call: call + 1)))
        // The first call is that of the start, which has read what there is to do.
        try await first.engine.start()
        try await first.settle()
        let second = try VolumeRig(cinder, disk: disk)
        try await second.engine.start()
        try await second.settle()
        return first.mortal.isDead
    }
}
