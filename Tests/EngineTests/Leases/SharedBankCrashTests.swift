import FoundationEssentials
import Loop
import Protection
import TestSupport
import Testing

@testable import Engine

/// A daemon dies at every call of a delete, one after the other; another takes over when the lease has expired; then the
/// first one comes back.
@Suite(.timeLimit(.minutes(5))) struct SharedBankCrashTests {
    @Test(arguments: [false, true]) func `whatever call a daemon dies at, another ends it, and it takes nothing back`(
        after: Bool
    ) async throws {
        var call = 1
        while try await live(after ? .diesAfter(call: call) : .diesBefore(call: call)) >= call { call += 1 }
        #expect(call > 15, "it makes so few calls that something is missing")
    }

    private func live(_ fate: Mortal.Fate) async throws -> Int {
        let pair = BankPair()
        let before = try pair.process("a")
        let checkpoint = try await before.protect("y", "z")
        try await before.settle()
        await before.engine.suspend()
        let mortal = Mortal(fate)
        let a = try pair.process("a", mortal: mortal)
        let isAccepted = Switch()
        // Whoever dies in the middle of it never returns from it.
        Task.detached {
            try? await BankPair.delete(checkpoint, in: a)
            isAccepted.set(true)
        }
        try await eventually { mortal.isDead || isAccepted.isOn }
        try await a.settleOrDie()
        pair.time.advance(by: .seconds(601))
        let b = try pair.process("b")
        // It may be deleted already.
        let wasDeleted = try await b.status(checkpoint) == .deleted
        if !wasDeleted { try await BankPair.delete(checkpoint, in: b) }
        try await b.settle()
        #expect(try await b.status(checkpoint) == .deleted, "\(fate)")
        let next = try pair.process("a")
        try await next.engine.start()
        try await next.settle()
        #expect(try await b.status(checkpoint) == .deleted, "\(fate)")
        #expect(pair.world.things.isEmpty, "\(fate)")
        for disk in pair.disks.values {
            #expect(disk.rows.operations.allSatisfy { $0.state == .ended }, "\(fate)")
            #expect(disk.rows.conclusions.values.allSatisfy { $0 == 1 }, "\(fate)")
        }
        try await eventually { pair.claims.isEmpty }
        return mortal.calls.count
    }
}
