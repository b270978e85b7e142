import FoundationEssentials
import PluginKit
import Protection
import TestSupport
import Testing

@testable import Engine

/// Ends the process, or fails a call, at every call by which an operation changes the world, one after the other. Another
/// process then ends what is left; nothing may be lost by that, nor made twice.
@Suite(.timeLimit(.minutes(5))) struct CrashTests {
    enum Blow: String, CaseIterable, Sendable {
        case fails, losesAnswer, diesBefore, diesAfter

        func at(_ call: Int) -> Mortal.Fate {
            switch self {
            case .fails: .fails(call: call)
            case .losesAnswer: .losesAnswer(call: call)
            case .diesBefore: .diesBefore(call: call)
            case .diesAfter: .diesAfter(call: call)
            }
        }
    }

    private let time = QuickTime()

    /// Takes up what is on the disk in a life that `fate` has a blow for, and ends what is left in one without.
    /// Returns how many calls the first life made.
    private func live(
        _ disk: MemoryDisk, _ world: World, _ fate: Mortal.Fate, turn: @escaping WorldPlugin.Turn = { _, _ in }
    ) async throws -> Int {
        let mortal = Mortal(fate)
        let first = try TestProcess(disk: disk, world: world, mortal: mortal, time: time, turn: turn)
        let hasStarted = Switch()
        // A process that dies in the middle of its start never returns from it.
        Task.detached {
            try? await first.engine.start()
            hasStarted.set(true)
        }
        try await eventually { mortal.isDead || hasStarted.isOn }
        if !mortal.isDead { try await first.settleOrDie() }
        let second = try TestProcess(disk: disk, world: world, time: time, turn: turn)
        try await second.engine.start()
        try await second.settle()
        return mortal.calls.count
    }

    /// A disk with an operation that was accepted and not begun.
    private func queued(
        _ disk: MemoryDisk, _ world: World, _ ask: (TestProcess) async throws -> Void
    ) async throws {
        let process = try TestProcess(disk: disk, world: world, time: time)
        await process.engine.suspend()
        try await ask(process)
    }

    private func everyCall(
        _ blow: Blow, _ check: (Mortal.Fate) async throws -> Int
    ) async throws {
        var call = 1
        while try await check(blow.at(call)) >= call { call += 1 }
        #expect(call > 10, "the operation makes so few calls that something is missing")
    }

    @Test(arguments: Blow.allCases)
    func `a protect ends once, whatever call it is hit at`(blow: Blow) async throws {
        try await everyCall(blow) { fate in
            let disk = MemoryDisk()
            let world = World()
            try await queued(disk, world) { _ = try await $0.protect("server-x") }
            let calls = try await live(disk, world, fate)
            let logs = disk.rows.logs.values
            #expect(logs.map(\.status) == ["available"], "\(fate): \(logs.first?.errorInfo ?? "")")
            let made = world.made.filter { $0.value != 1 }
            #expect(made.isEmpty, "\(fate): made twice")
            #expect(
                world.things.map { "\($0.kind) \($0.resourceID)" }.sorted() == [
                    "backup server-x", "backup x-1", "backup x-2",
                ], "\(fate)")
            #expect(disk.rows.conclusions.values.map { $0 } == [1], "\(fate)")
            #expect(disk.rows.steps.isEmpty && disk.rows.contexts.isEmpty, "\(fate)")
            return calls
        }
    }

    @Test(arguments: Blow.allCases)
    func `a delete and a restore end once, whatever call they are hit at`(blow: Blow) async throws {
        for kind in [OperationKind.restore, .delete] {
            try await everyCall(blow) { fate in
                let disk = MemoryDisk()
                let world = World()
                let before = try TestProcess(disk: disk, world: world, time: time)
                let checkpoint = try await before.protect("y", "z")
                try await before.settle()
                try await queued(disk, world) {
                    if kind == .restore {
                        _ = try await $0.restore(checkpoint)
                    } else {
                        try await $0.admission.delete(
                            checkpointID: checkpoint.id, providerID: "provider", caller: TestProcess.caller())
                    }
                }
                let calls = try await live(disk, world, fate)
                #expect(disk.rows.operations.allSatisfy { $0.state == .ended }, "\(kind) \(fate)")
                let expected = kind == .restore ? "success" : "deleted"
                #expect(disk.rows.operations.last.flatMap { disk.rows.logs[$0.id]?.status } == expected, "\(fate)")
                #expect(
                    world.things.map(\.kind).sorted() == (kind == .restore ? ["backup", "backup", "copy", "copy"] : []))
                #expect(world.made.values.allSatisfy { $0 == 1 }, "\(kind) \(fate): made twice")
                return calls
            }
        }
    }

    @Test(arguments: Blow.allCases)
    func `an operation that fails leaves nothing behind, whatever call it is hit at`(blow: Blow) async throws {
        try await everyCall(blow) { fate in
            let disk = MemoryDisk()
            let world = World()
            let fail: WorldPlugin.Turn = { hook, context in
                if hook == "complete" { throw ResourceFailure("broken") }
                if hook == "main", context.resource.id == "z" { throw ResourceFailure("broken") }
            }
            try await queued(disk, world) { _ = try await $0.protect("y", "z") }
            let calls = try await live(disk, world, fate, turn: fail)
            #expect(disk.rows.logs.values.map(\.status) == ["error"], "\(fate)")
            #expect(disk.rows.logs.values.first?.errorInfo?.contains("#z: broken") == true, "\(fate)")
            #expect(world.kinds(of: "z").isEmpty, "\(fate)")
            return calls
        }
    }
}
