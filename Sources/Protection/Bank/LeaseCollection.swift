/// Leases and claims of the daemons that share a bank. They lie beside its objects, where no listing of checkpoints looks:
///
///     /owners/<owner>                a lease
///     /claims/<owner>/<checkpoint>   a claim
///
/// Contract: a lease outlives its owner's last claim. Whoever has written a claim sees every claim that was written before.
package struct LeaseCollection: Sendable {
    /// Where it is: the same for all providers that share it.
    package let place: String
    package let bank: any Bank
    package let windows: LeaseWindows

    package init(place: String, bank: any Bank, windows: LeaseWindows = .standard) {
        self.place = place
        self.bank = bank
        self.windows = windows
    }

    // MARK: Leases

    /// Nil where there is none; throws `.corrupted` for one that cannot be read.
    package func lease(of owner: String) async throws(BankError) -> BankLease? {
        guard let bytes = try await object(at: try Self.lease(owner)) else { return nil }
        return try BankLease(parsing: bytes, of: owner)
    }

    package func put(_ lease: BankLease) async throws(BankError) {
        try await bank.put(lease.bytes, format: .json, at: try Self.lease(lease.ownerID))
    }

    package func removeLease(of owner: String) async throws(BankError) {
        try await bank.delete(try Self.lease(owner))
    }

    /// All who have a lease, good or not.
    package func owners() async throws(BankError) -> [String] {
        try await names(under: try BankKey(parts: ["owners"]), limit: nil)
    }

    // MARK: Claims

    package func claim(of owner: String, on checkpoint: String) async throws(BankError) -> CheckpointClaim? {
        guard let bytes = try await object(at: try Self.claim(owner, checkpoint)) else { return nil }
        return try CheckpointClaim(parsing: bytes, of: owner, on: checkpoint)
    }

    package func put(_ claim: CheckpointClaim) async throws(BankError) {
        try await bank.put(claim.bytes, format: .json, at: try Self.claim(claim.ownerID, claim.checkpointID))
    }

    package func removeClaim(of owner: String, on checkpoint: String) async throws(BankError) {
        try await bank.delete(try Self.claim(owner, checkpoint))
    }

    /// The checkpoints that `owner` has claimed, at most `limit`.
    package func checkpoints(claimedBy owner: String, limit: Int? = nil) async throws(BankError) -> [String] {
        try await names(under: try BankKey(parts: ["claims", owner]), limit: limit)
    }

    // MARK: Keys

    private static func lease(_ owner: String) throws(BankError) -> BankKey { try BankKey(parts: ["owners", owner]) }

    private static func claim(_ owner: String, _ checkpoint: String) throws(BankError) -> BankKey {
        try BankKey(parts: ["claims", owner, checkpoint])
    }

    private func names(under prefix: BankKey, limit: Int?) async throws(BankError) -> [String] {
        try await bank.list(prefix: prefix, order: .ascending, after: nil, limit: limit)
            .map { String($0.path.dropFirst(prefix.path.count + 1)) }
            .filter { !$0.utf8.contains(UInt8(ascii: "/")) }
    }

    private func object(at key: BankKey) async throws(BankError) -> [UInt8]? {
        do {
            return try await bank.get(key)
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }
}
