import FoundationEssentials
import Loop
import Protection
import TestSupport
import Testing

@testable import Engine

/// Hands its calls on after a number of turns of others that a seed decides.
private final class SlowBank: Bank {
    private let bank: any Bank
    private let random: Locked<SeededGenerator>

    init(_ bank: any Bank, seed: UInt64) {
        self.bank = bank
        random = Locked(SeededGenerator(seed: seed))
    }

    private func wait() async {
        for _ in 0..<random.withLock({ Int.random(in: 0...12, using: &$0) }) { await Task.yield() }
    }

    func put(_ bytes: [UInt8], format: BankFormat, at key: BankKey) async throws(BankError) {
        await wait()
        try await bank.put(bytes, format: format, at: key)
        await wait()
    }

    func get(_ key: BankKey) async throws(BankError) -> [UInt8] {
        await wait()
        return try await bank.get(key)
    }

    func delete(_ key: BankKey) async throws(BankError) {
        await wait()
        try await bank.delete(key)
        await wait()
    }

    func list(
        prefix: BankKey, order: BankOrder, after marker: BankKey?, limit: Int?
    ) async throws(BankError) -> [BankKey] {
        await wait()
        return try await bank.list(prefix: prefix, order: order, after: marker, limit: limit)
    }
}

@Suite(.timeLimit(.minutes(3))) struct ClaimRaceTests {
    private func claims(
        _ owner: String, _ pair: BankPair, seed: UInt64, inRealTime: Bool = false,
        patience: Duration = .seconds(1)
    ) throws -> CheckpointClaims {
        let bank = SlowBank(ProcessBank(disk: pair.bank, isForLeases: true), seed: seed)
        var environment = try pair.process(owner).environment
        if inRealTime { environment.time = environment.loop }
        return CheckpointClaims(
            LeaseCollection(place: "memory", bank: bank), environment: environment, patience: patience)
    }

    private func claim(_ purpose: ClaimPurpose, by claims: CheckpointClaims) async -> BankError? {
        do {
            try await claims.claim("c", for: "operation", purpose, isNew: false)
            return nil
        } catch {
            return error
        }
    }

    /// In a time whose pauses take none, so that both may run out of patience.
    @Test(arguments: 1...150 as ClosedRange<UInt64>)
    func `two that come at once never both have it, unless both only read`(seed: UInt64) async throws {
        try await race(seed)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `those that come at once have it one after the other, where they have patience`(seed: UInt64) async throws {
        let pair = BankPair()
        let inside = Counted()
        let together = Counted()
        try await withThrowingTaskGroup { group in
            for (place, owner) in ["a", "b"].enumerated() {
                let claims = try claims(
                    owner, pair, seed: seed &+ UInt64(place) &* 1000, inRealTime: true, patience: .seconds(25))
                group.addTask {
                    try await claims.claim("c", for: "operation", .delete, isNew: false)
                    if inside.more() != together.count + 1 { Issue.record("seed \(seed): both have it") }
                    try await Task.sleep(for: .milliseconds(20))
                    together.more()
                    await claims.release("c", for: "operation")
                    await claims.stop()
                }
            }
            try await group.waitForAll()
        }
        #expect(inside.count == 2 && pair.claims.isEmpty, "seed \(seed)")
    }

    private func race(_ seed: UInt64) async throws {
        let pair = BankPair()
        var random = SeededGenerator(seed: seed)
        let kinds: [ClaimPurpose] = [.restore, .delete, .reset, .verify]
        let (mine, yours) = (
            kinds.randomElement(using: &random) ?? .reset, kinds.randomElement(using: &random) ?? .reset
        )
        let a = try claims("a", pair, seed: seed)
        let b = try claims("b", pair, seed: seed &+ 1000)
        async let first = claim(mine, by: a)
        async let second = claim(yours, by: b)
        let errors = await [first, second]
        let mayHave = mine.onlyReads && yours.onlyReads ? 2 : 1
        let have = errors.count { $0 == nil }
        #expect(have <= mayHave, "seed \(seed): \(mine), \(yours): \(errors)")
        #expect(errors.allSatisfy { $0.map { $0.code == .taken } ?? true }, "seed \(seed): \(errors)")
        #expect(pair.claims.count == have, "seed \(seed): \(pair.claims)")
        await a.release("c", for: "operation")
        await b.release("c", for: "operation")
        #expect(pair.claims.isEmpty, "seed \(seed)")
        await a.stop()
        await b.stop()
    }

    @Test func `a claim that reads becomes one that changes, and that one again`() async throws {
        let pair = BankPair()
        let a = try claims("a", pair, seed: 1)
        let b = try claims("b", pair, seed: 2)
        try await a.claim("c", for: "one", .restore, isNew: false)
        try await a.claim("c", for: "two", .delete, isNew: false)
        #expect(await claim(.verify, by: b)?.code == .taken)
        await a.release("c", for: "two")
        #expect(await claim(.verify, by: b) == nil)
        await a.release("c", for: "one")
        #expect(pair.claims == ["/claims/b/c"])
    }

    @Test func `a claim that the bank does not let go is taken back later`() async throws {
        let pair = BankPair()
        let process = try pair.process("a")
        try await process.engine.claims.claim("c", ofProvider: "provider", for: "one", .delete)
        process.leaseBank.fail(with: BankError(.unavailable, "the bank is away"))
        await process.engine.claims.release("c", ofProvider: "provider", for: "one")
        #expect(pair.claims == ["/claims/a/c"])
        process.leaseBank.fail(with: nil)
        try await eventually {
            pair.time.advance(by: .seconds(121))
            return pair.claims.isEmpty
        }
    }

    @Test func `a start removes claims that no operation needs, and leases that nobody will renew`() async throws {
        let pair = BankPair()
        let first = try pair.process("a")
        try await first.engine.claims.claim("c", ofProvider: "provider", for: "one", .delete)
        let other = try pair.process("b")
        try await other.engine.claims.claim("d", ofProvider: "provider", for: "one", .delete)
        let third = LeaseCollection(place: "memory", bank: ProcessBank(disk: pair.bank, isForLeases: true))
        try await third.put(BankLease(ownerID: "z", host: "gone", expiresAt: pair.time.date()))
        await first.engine.suspend()
        await other.engine.suspend()
        pair.time.advance(by: .seconds(90_000))
        let next = try pair.process("a")
        try await next.engine.start()
        // That of the one with a claim stays: by it the claim is judged.
        try await eventually { pair.beside == ["/claims/b/d", "/owners/a", "/owners/b"] }
    }
}
