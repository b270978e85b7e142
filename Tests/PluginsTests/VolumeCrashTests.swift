import Protection
import TestSupport
import Testing

@testable import Plugins

/// Hits the daemon at each of its calls to store and bank, and at each of its POST requests, one after the other. If it died
/// of that, another ends what is left.
@Suite(.timeLimit(.minutes(5))) struct VolumeCrashTests {
    enum Blow: String, CaseIterable, Sendable {
        case fails, losesAnswer, diesBefore, diesAfter
        /// Cinder does what a POST asks for, and the daemon ends before it has heard of it.
        case diesAtPost
        /// Cinder does what a POST asks for, and a gateway answers in its place.
        case losesPost
    }

    @Test(arguments: Blow.allCases)
    func `a protect ends with one backup, whatever call it is hit at`(blow: Blow) async throws {
        try await everyCall(blow) { call in
            let cinder = try FakeCinder(volumes: ["v"])
            let disk = MemoryDisk()
            try await queue(cinder, disk) { _ = try await $0.protect() }
            let isHit = try await live(cinder, disk, blow, at: call)
            #expect(disk.rows.logs.values.map(\.status) == ["available"], "\(blow) \(call)")
            #expect(disk.rows.logs.values.first?.errorInfo == nil, "\(blow) \(call)")
            #expect(cinder.asked("POST backups").count == 1, "\(blow) \(call)")
            #expect(cinder.asked("POST snapshots").count == 1, "\(blow) \(call)")
            #expect(cinder.state.backups.count == 1 && cinder.state.snapshots.isEmpty, "\(blow) \(call)")
            return isHit
        }
    }

    @Test(arguments: Blow.allCases)
    func `a restore restores once into one volume, whatever call it is hit at`(blow: Blow) async throws {
        try await everyCall(blow) { call in
            let cinder = try FakeCinder(volumes: ["v"])
            let disk = MemoryDisk()
            let checkpoint = try await VolumeRig(cinder, disk: disk).protect()
            cinder.change { $0.posts = 0 }
            try await queue(cinder, disk) { _ = try await $0.restore(checkpoint) }
            let isHit = try await live(cinder, disk, blow, at: call)
            let restore = disk.rows.restores.values.first
            #expect(restore?.status == .success, "\(blow) \(call): \(restore?.resources.reason ?? [:])")
            #expect(cinder.asked("POST volumes").count == 1, "\(blow) \(call)")
            #expect(cinder.asked("POST restore").count == 1, "\(blow) \(call)")
            #expect(cinder.state.volumes.count == 2, "\(blow) \(call)")
            #expect(cinder.state.volumes.values.last?["status"] == "available", "\(blow) \(call)")
            return isHit
        }
    }

    private func everyCall(_ blow: Blow, _ isHit: (Int) async throws -> Bool) async throws {
        var call = 1
        while try await isHit(call) { call += 1 }
        let least = blow == .diesAtPost || blow == .losesPost ? 2 : 10
        #expect(call > least, "the operation makes so few calls that something is missing")
    }

    /// Has an operation accepted by a daemon that then stops.
    private func queue(
        _ cinder: FakeCinder, _ disk: MemoryDisk, _ ask: (VolumeRig) async throws -> Void
    ) async throws {
        let rig = try VolumeRig(cinder, disk: disk)
        await rig.engine.suspend()
        try await ask(rig)
    }

    /// Lets a daemon be hit at its `call`-th call and another end what is left; false if there was no such call.
    private func live(_ cinder: FakeCinder, _ disk: MemoryDisk, _ blow: Blow, at call: Int) async throws -> Bool {
        // The first call is that of the start, which has read what there is to do.
        let number = call + 1
        let mortal =
            switch blow {
            case .fails: Mortal(.fails(call: number))
            case .losesAnswer: Mortal(.losesAnswer(call: number))
            case .diesBefore: Mortal(.diesBefore(call: number))
            case .diesAfter: Mortal(.diesAfter(call: number))
            case .diesAtPost, .losesPost: Mortal()
            }
        if blow == .diesAtPost { cinder.change { $0.landed = { if $0 == call { mortal.die() } } } }
        if blow == .losesPost { cinder.change { $0.lostPost = call } }
        let first = try VolumeRig(cinder, disk: disk, mortal: mortal)
        try await first.engine.start()
        try await first.settle()
        let isHit =
            switch blow {
            case .diesAtPost, .losesPost: cinder.state.posts >= call
            default: mortal.calls.count >= number
            }
        let second = try VolumeRig(cinder, disk: disk)
        try await second.engine.start()
        try await second.settle()
        return isHit
    }
}
