import Logging
import Loop
import Protection

/// What this daemon works on in a bank, so that no other that shares it works on the same: a claim for each checkpoint.
///
/// Invariants:
/// 1. A claim is written while the lease is valid, and only then it is looked for others' claims. So of two daemons that come
///    at once one sees the other at least. Where both do, the one with the greater id gives way and tries again.
/// 2. Nothing is changed on a checkpoint in a term of the lease in which it was not looked whether the claim is still there,
///    and no other's beside it.
/// 3. Whoever takes over from an owner whose lease has expired removes that owner's claim before anything else. So an owner
///    that comes back, and misses its claim, has lost the checkpoint; unless that is as its operation left it.
/// 4. A claim goes when the last operation of this daemon on the checkpoint has ended, and not before.
/// 5. What is done about one checkpoint is done one after the other.
///
/// A claim, as its checkpoint's others see it:
/// - none -> claimed: `claim`
/// - claimed -> none: `release`; another daemon, when the lease has expired
actor CheckpointClaims {
    /// How long whoever asks for something waits for another daemon that is about to end, or to give way.
    static let patience = Duration.seconds(1)
    private static let pause = Duration.milliseconds(100)

    struct Held {
        /// By the operations' ids.
        var purposes: [String: ClaimPurpose] = [:]
        /// What the claim in the bank says; nil where there is none of this life's.
        var written: ClaimPurpose?
        /// Its removal was asked for and failed: it may have been made all the same.
        var mayBeGone = false
        /// In which it was last confirmed.
        var term: Int?

        /// What the claim must say: whatever excludes most.
        var needed: ClaimPurpose? { purposes.values.first { !$0.onlyReads } ?? purposes.values.first }
    }

    let leases: LeaseCollection
    let environment: EngineEnvironment
    let lease: LeaseHolder
    private let patience: Duration
    private var held: [String: Held] = [:]
    /// Checkpoints about which something is being done, and who waits for that.
    private var turns: [String: [CheckedContinuation<Void, Never>]] = [:]
    private var chores: [String: Task<Void, any Error>] = [:]
    private var isStopped = false

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        environment.loop.executor.asUnownedSerialExecutor()
    }

    init(_ leases: LeaseCollection, environment: EngineEnvironment, patience: Duration = patience) {
        self.patience = patience
        self.leases = leases
        self.environment = environment
        lease = LeaseHolder(leases, environment: environment)
    }

    /// Claims a checkpoint for something new, before its first effect. Throws `.taken` where another daemon has it.
    ///
    /// - Parameter isNew: nobody else can know of the checkpoint yet.
    func claim(_ checkpoint: String, for id: String, _ purpose: ClaimPurpose, isNew: Bool) async throws(BankError) {
        await beginTurn(checkpoint)
        held[checkpoint, default: Held()].purposes[id] = purpose
        if !isStopped { await lease.keep() }
        do {
            try await establish(checkpoint, purpose, isNew: isNew)
        } catch {
            held[checkpoint]?.purposes[id] = nil
            await withdraw(checkpoint)
            endTurn(checkpoint)
            throw error
        }
        endTurn(checkpoint)
    }

    /// Returns when the operation has its checkpoint, at once where that was confirmed in this term of the lease.
    ///
    /// Throws `.taken` where another daemon has taken it over; `.unavailable` and the like while the lease cannot be had.
    /// - Parameter hasBegun: whether it may have changed its checkpoint.
    func hold(
        _ operation: Operation, hasBegun: Bool, in checkpoints: CheckpointCollection
    ) async throws(BankError) {
        let checkpoint = operation.checkpointID
        if await isConfirmed(checkpoint, for: operation.id) { return }
        await beginTurn(checkpoint)
        held[checkpoint, default: Held()].purposes[operation.id] = ClaimPurpose(operation.kind)
        if !isStopped { await lease.keep() }
        do {
            if await !isConfirmed(checkpoint, for: operation.id) {
                try await confirm(operation, hasBegun: hasBegun, in: checkpoints)
            }
        } catch {
            endTurn(checkpoint)
            throw error
        }
        endTurn(checkpoint)
    }

    /// The operation has ended. What the bank does not take now is done later.
    func release(_ checkpoint: String, for id: String) async {
        await beginTurn(checkpoint)
        held[checkpoint]?.purposes[id] = nil
        await withdraw(checkpoint)
        endTurn(checkpoint)
    }

    /// Removes in the background what an earlier life left: claims of operations that have ended, or were never admitted.
    func sweep(sparing checkpoints: Set<String>) {
        chore("sweep") { try await self.removeLeftovers(sparing: checkpoints) }
    }

    /// Nothing is renewed any more. Claims stay, for the next start, and the lease until it expires.
    func stop() async {
        isStopped = true
        for chore in chores.values { chore.cancel() }
        await lease.letGo()
    }

    // MARK: Claiming

    private func isConfirmed(_ checkpoint: String, for id: String) async -> Bool {
        guard let term = await lease.term, let held = held[checkpoint] else { return false }
        return held.purposes[id] != nil && held.term == term
    }

    private func establish(_ checkpoint: String, _ purpose: ClaimPurpose, isNew: Bool) async throws(BankError) {
        let end = environment.time.now() + patience
        var givesWay = false
        while true {
            let term = try await lease.require()
            if !givesWay { try await write(checkpoint) }
            if isNew {
                held[checkpoint]?.term = term
                return
            }
            guard let other = try await look(for: purpose, on: checkpoint) else {
                // Nobody is in the way any more; seen without a claim of its own that counts for nothing.
                if givesWay {
                    givesWay = false
                } else if await lease.term == term {
                    held[checkpoint]?.term = term
                    return
                }
                continue
            }
            guard environment.time.now() < end else { throw other.refusal }
            if !givesWay, try await other.lease.ownerID < owner() {
                await withdraw(checkpoint, but: purpose)
                givesWay = true
            }
            do {
                try await environment.time.sleep(for: Self.pause)
            } catch {
                throw other.refusal
            }
        }
    }

    private func confirm(
        _ operation: Operation, hasBegun: Bool, in checkpoints: CheckpointCollection
    ) async throws(BankError) {
        let (checkpoint, purpose) = (operation.checkpointID, ClaimPurpose(operation.kind))
        let term = try await lease.require()
        let own = try await leases.claim(of: owner(), on: checkpoint)
        held[checkpoint]?.written = own?.purpose
        held[checkpoint]?.mayBeGone = false
        if own == nil, let reason = try await operation.loss(hasBegun: hasBegun, in: checkpoints) {
            throw BankError(.taken, reason)
        }
        try await write(checkpoint)
        if let other = try await look(for: purpose, on: checkpoint) {
            // One that is beside ours has not begun, and either gives way or has died.
            guard own == nil else { throw BankError(.unavailable, other.refusal.message) }
            await withdraw(checkpoint, but: purpose)
            throw other.refusal
        }
        held[checkpoint]?.term = term
    }

    private func write(_ checkpoint: String) async throws(BankError) {
        guard let needed = held[checkpoint]?.needed else { return }
        if let now = held[checkpoint], let written = now.written, !now.mayBeGone,
            needed.onlyReads || !written.onlyReads
        {
            return
        }
        // It may come to the bank also where it fails.
        held[checkpoint]?.written = needed
        held[checkpoint]?.term = nil
        try await leases.put(CheckpointClaim(ownerID: owner(), checkpointID: checkpoint, purpose: needed))
        held[checkpoint]?.mayBeGone = false
    }

    /// Takes the claim back as far as it is not needed, and all of it where only `purpose` needs it.
    private func withdraw(_ checkpoint: String, but purpose: ClaimPurpose? = nil) async {
        guard let now = held[checkpoint] else { return }
        var rest = now
        if let purpose, let id = rest.purposes.first(where: { $0.value == purpose })?.key { rest.purposes[id] = nil }
        do {
            if let written = now.written {
                if let needed = rest.needed {
                    if needed.onlyReads, !written.onlyReads {
                        try await leases.put(
                            CheckpointClaim(ownerID: owner(), checkpointID: checkpoint, purpose: needed))
                        held[checkpoint]?.written = needed
                    }
                } else {
                    held[checkpoint]?.mayBeGone = true
                    try await leases.removeClaim(of: owner(), on: checkpoint)
                    held[checkpoint]?.written = nil
                    held[checkpoint]?.mayBeGone = false
                }
            }
        } catch {
            environment.log.warning(
                "a claim on a checkpoint could not be taken back; it will be tried again",
                metadata: ["checkpoint_id": "\(checkpoint)", "bank": "\(leases.place)", "reason": "\(error)"])
            chore("withdraw \(checkpoint)") { try await self.withdrawLater(checkpoint) }
        }
        if let now = held[checkpoint], now.purposes.isEmpty, now.written == nil { held[checkpoint] = nil }
        guard held.isEmpty else { return }
        await lease.letGo()
        // Something may have been claimed just now.
        if !held.isEmpty, !isStopped { await lease.keep() }
    }

    private func withdrawLater(_ checkpoint: String) async throws {
        try await environment.time.sleep(for: leases.windows.renewal)
        chores["withdraw \(checkpoint)"] = nil
        await beginTurn(checkpoint)
        await withdraw(checkpoint)
        endTurn(checkpoint)
    }

    // MARK: Chores and turns

    private func chore(_ name: String, _ work: @Sendable @escaping () async throws -> Void) {
        guard !isStopped, chores[name] == nil else { return }
        chores[name] = environment.loop.spawn(work)
    }

    func isHeld(_ checkpoint: String) -> Bool { held[checkpoint] != nil }

    func owner() async throws(BankError) -> String {
        do {
            return try await environment.store.ownerID()
        } catch {
            throw BankError(.unavailable, FailureReason.text(of: error))
        }
    }

    func beginTurn(_ checkpoint: String) async {
        guard turns[checkpoint] != nil else { return turns[checkpoint] = [] }
        await withCheckedContinuation { turns[checkpoint]?.append($0) }
    }

    func endTurn(_ checkpoint: String) {
        guard let waiters = turns[checkpoint], !waiters.isEmpty else { return turns[checkpoint] = nil }
        turns[checkpoint]?.removeFirst().resume()
    }
}
