import Logging
import Loop
import Protection

/// The claims in all banks. Providers whose leases lie in one place have one lease there.
///
/// Where a provider has no place for leases, everything is granted. So is reading from a bank that can only be read: there
/// nobody can be told of it, and to restore from a rescued bank matters more.
final class ClaimRegistry: Sendable {
    private let environment: EngineEnvironment
    private let byPlace: [String: CheckpointClaims]

    init(_ environment: EngineEnvironment) {
        self.environment = environment
        var byPlace: [String: CheckpointClaims] = [:]
        for leases in environment.providers.providers.compactMap(\.leases) where byPlace[leases.place] == nil {
            byPlace[leases.place] = CheckpointClaims(leases, environment: environment)
        }
        self.byPlace = byPlace
    }

    func claim(_ operation: Operation) async throws(BankError) {
        try await claim(
            operation.checkpointID, ofProvider: operation.providerID, for: operation.id, ClaimPurpose(operation.kind),
            isNew: operation.kind == .protect)
    }

    /// See `CheckpointClaims.claim`.
    func claim(
        _ checkpoint: String, ofProvider provider: String, for id: String, _ purpose: ClaimPurpose, isNew: Bool = false
    ) async throws(BankError) {
        do {
            try await claims(provider)?.claim(checkpoint, for: id, purpose, isNew: isNew)
        } catch {
            guard error.code == .readOnly, purpose.onlyReads else { throw error }
            warn(checkpoint)
        }
    }

    /// See `CheckpointClaims.hold`.
    func hold(_ operation: Operation, hasBegun: Bool = true) async throws(BankError) {
        guard let provider = environment.providers[operation.providerID], let claims = claims(provider.id) else {
            return
        }
        do {
            try await claims.hold(operation, hasBegun: hasBegun, in: provider.checkpoints)
        } catch {
            guard error.code == .readOnly, ClaimPurpose(operation.kind).onlyReads else { throw error }
        }
    }

    func release(_ operation: Operation) async {
        await release(operation.checkpointID, ofProvider: operation.providerID, for: operation.id)
    }

    func release(_ checkpoint: String, ofProvider provider: String, for id: String) async {
        await claims(provider)?.release(checkpoint, for: id)
    }

    /// `provider` as `operation` may change its bank.
    func guarding(_ provider: Provider, for operation: Operation) -> Provider {
        guard claims(provider.id) != nil else { return provider }
        let bank = ClaimedBank(bank: provider.checkpoints.bank) { [self] () async throws(BankError) in
            try await hold(operation)
        }
        return provider.keeping(CheckpointCollection(bank: bank))
    }

    /// - Parameter unfinished: the checkpoints on which operations go on.
    func start(unfinished: Set<String>) async {
        for claims in byPlace.values { await claims.sweep(sparing: unfinished) }
    }

    func stop() async {
        for claims in byPlace.values { await claims.stop() }
    }

    private func claims(_ provider: String) -> CheckpointClaims? {
        environment.providers[provider]?.leases.flatMap { byPlace[$0.place] }
    }

    private func warn(_ checkpoint: String) {
        environment.log.warning(
            "a checkpoint is read from a bank that can only be read: other daemons are not told",
            metadata: ["checkpoint_id": "\(checkpoint)"])
    }
}
