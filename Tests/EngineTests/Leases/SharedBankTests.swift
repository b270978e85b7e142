import FoundationEssentials
import Loop
import PluginKit
import Protection
import TestSupport
import Testing

@testable import Engine

/// Two daemons on one bank never work on the same checkpoint, unless both only read it.
@Suite(.timeLimit(.minutes(3))) struct SharedBankTests {
    private let pair = BankPair()
    private let gate = Switch()
    private let waits = Counted()

    private func fault(_ body: () async throws -> Void) async -> ServiceFault? {
        do {
            try await body()
            return nil
        } catch {
            return error as? ServiceFault
        }
    }

    @Test func `what one daemon restores, another neither deletes nor resets, but it may restore it too`() async throws
    {
        let a = try pair.process("a", turn: BankPair.held("restored", .restore, gate, waits))
        let b = try pair.process("b")
        let checkpoint = try await a.protect("y")
        try await a.settle()
        #expect(pair.claims.isEmpty)
        _ = try await a.restore(checkpoint)
        try await eventually { waits.count > 0 }
        for attempt in [BankPair.delete, BankPair.reset] {
            let refused = await fault { try await attempt(checkpoint, b) }
            #expect(refused?.code == .conflict)
            #expect(
                refused?.message == "checkpoint \(checkpoint.id) is being restored by another daemon (owner a),"
                    + " whose lease of the bank holds until 2023-11-14T22:23:20Z")
        }
        #expect(try await b.status(checkpoint) == .available)
        _ = try await b.restore(checkpoint)
        try await b.settle()
        #expect(b.log?.status == "success")
        #expect(b.disk.rows.operations.count == 1)
        gate.set(true)
        try await a.settle()
        try await BankPair.delete(checkpoint, in: b)
        try await b.settle()
        #expect(try await b.status(checkpoint) == .deleted)
        #expect(pair.beside == ["/owners/a", "/owners/b"])
    }

    @Test func `what one daemon protects or deletes, another does not touch`() async throws {
        let a = try pair.process("a", turn: BankPair.held("main", .delete, gate, waits))
        let b = try pair.process("b")
        let checkpoint = try await a.protect("y")
        try await a.settle()
        try await BankPair.delete(checkpoint, in: a)
        try await eventually { waits.count > 0 }
        for attempt in [BankPair.delete, BankPair.reset] {
            let refused = await fault { try await attempt(checkpoint, b) }
            #expect(refused?.code == .conflict)
            #expect(refused?.message.contains("is being deleted by another daemon (owner a)") == true)
        }
        #expect(b.disk.rows.operations.isEmpty)
        gate.set(true)
        try await a.settle()
        #expect(try await a.status(checkpoint) == .deleted)
        #expect(pair.claims.isEmpty)
    }

    @Test func `what a dead daemon left is taken over when its lease has expired, and not before`() async throws {
        let mortal = Mortal()
        let a = try pair.process("a", mortal: mortal, turn: BankPair.held("main", .protect, gate, waits))
        let b = try pair.process("b")
        let checkpoint = try await a.protect("y")
        try await eventually { waits.count > 0 }
        mortal.die()
        gate.set(true)
        pair.time.advance(by: .seconds(595))
        let refused = await fault { try await BankPair.delete(checkpoint, in: b) }
        #expect(refused?.message.contains("is being protected by another daemon (owner a)") == true)
        pair.time.advance(by: .seconds(10))
        try await BankPair.delete(checkpoint, in: b)
        #expect(!pair.claims.contains("/claims/a/\(checkpoint.id)"))
        try await b.settle()
        #expect(try await b.status(checkpoint) == .deleted)
        let next = try pair.process("a")
        try await next.engine.start()
        try await next.settle()
        #expect(next.log?.status == "error")
        #expect(next.log?.errorInfo?.contains("another daemon has taken over checkpoint \(checkpoint.id)") == true)
        #expect(try await b.status(checkpoint) == .deleted)
        #expect(pair.world.things.isEmpty)
        #expect(pair.claims.isEmpty)
    }

    @Test(arguments: [0, 3_600]) func `a daemon that starts again goes on with what nobody took`(pause: Int)
        async throws
    {
        let mortal = Mortal()
        let a = try pair.process("a", mortal: mortal, turn: BankPair.held("main", .protect, gate, waits))
        let checkpoint = try await a.protect("y")
        try await eventually { waits.count > 0 }
        mortal.die()
        gate.set(true)
        pair.time.advance(by: .seconds(pause))
        let next = try pair.process("a")
        try await next.engine.start()
        try await next.settle()
        #expect(try await next.status(checkpoint) == .available)
        #expect(pair.world.made == ["snapshot of y": 1, "backup of y": 1])
        #expect(pair.claims.isEmpty)
    }

    @Test func `without a valid lease nothing is begun, and with a new one it goes on`() async throws {
        let a = try pair.process("a", turn: BankPair.held("main", .protect, gate, waits))
        let checkpoint = try await a.protect("y")
        try await eventually { waits.count > 0 }
        a.leaseBank.fail(with: BankError(.unavailable, "the bank is away"))
        pair.time.advance(by: .seconds(700))
        gate.set(true)
        let later = pair.time.date().addingTimeInterval(3_600)
        try await eventually { pair.time.date() > later }
        #expect(pair.world.kinds(of: "y") == ["snapshot"])
        #expect(try await a.status(checkpoint) == .protecting)
        a.leaseBank.fail(with: nil)
        try await a.settle()
        #expect(try await a.status(checkpoint) == .available)
    }

    @Test func `who has lost the lease, and the checkpoint to another, ends in error and changes it no more`()
        async throws
    {
        let a = try pair.process("a", turn: BankPair.held("main", .protect, gate, waits))
        let b = try pair.process("b")
        let checkpoint = try await a.protect("y")
        try await eventually { waits.count > 0 }
        a.leaseBank.fail(with: BankError(.unavailable, "the bank is away"))
        pair.time.advance(by: .seconds(700))
        try await BankPair.reset(checkpoint, in: b)
        a.leaseBank.fail(with: nil)
        gate.set(true)
        try await a.settle()
        #expect(a.log?.status == "error")
        #expect(a.log?.errorInfo?.contains("another daemon has taken over") == true)
        #expect(try await b.status(checkpoint) == .error)
        #expect(pair.world.made == ["snapshot of y": 1])
        #expect(pair.world.things.isEmpty)
        #expect(pair.claims.isEmpty)
    }

    @Test func `the lease is renewed while there is work, so that long work is not taken over`() async throws {
        let a = try pair.process("a", turn: BankPair.held("main", .protect, gate, waits))
        let b = try pair.process("b")
        let checkpoint = try await a.protect("y")
        try await eventually { waits.count > 0 }
        for _ in 1...20 {
            pair.time.advance(by: .seconds(120))
            let now = pair.time.date()
            try await eventually {
                try await a.environment.providers["provider"]?.leases?.lease(of: "a")?.expiresAt ?? now
                    >= now.addingTimeInterval(590)
            }
        }
        #expect(await fault { try await BankPair.delete(checkpoint, in: b) }?.code == .conflict)
        gate.set(true)
        try await a.settle()
        #expect(try await a.status(checkpoint) == .available)
    }

    @Test func `from a bank that can only be read is restored, and what would change it is refused`() async throws {
        let a = try pair.process("a")
        let checkpoint = try await a.protect("y")
        try await a.settle()
        pair.time.advance(by: .seconds(700))
        a.leaseBank.fail(with: BankError(.readOnly, "the bank can only be read"))
        _ = try await a.restore(checkpoint)
        try await a.settle()
        #expect(a.log?.status == "success")
        let refused = await fault { try await BankPair.delete(checkpoint, in: a) }
        #expect(refused?.code == .unavailable)
        #expect(a.disk.rows.operations.count == 2)
    }

    @Test func `a protect writes its claim and removes it, and the lease once for many`() async throws {
        let mortal = Mortal()
        let a = try pair.process("a", mortal: mortal)
        for id in ["x", "y", "z"] { _ = try await a.protect(id) }
        try await a.settle()
        let calls = mortal.calls.filter { $0.contains("/claims") || $0.contains("/owners") }
        #expect(calls.count { $0.hasPrefix("put /claims/a/") } == 3)
        #expect(calls.count { $0.hasPrefix("delete /claims/a/") } == 3)
        #expect(calls.count { $0 == "put /owners/a" } == 1)
        #expect(calls.count == 7, "\(calls)")
    }
}
