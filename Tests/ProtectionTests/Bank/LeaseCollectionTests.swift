import FoundationEssentials
import Protection
import TestSupport
import Testing

@Suite struct LeaseCollectionTests {
    private let bank = MemoryBank()
    private var leases: LeaseCollection { LeaseCollection(place: "here", bank: bank) }

    private func text(_ path: String) -> String? {
        bank.objects.first { $0.key.path == path }.map { String(decoding: $0.value, as: UTF8.self) }
    }

    private func code(_ body: () async throws(BankError) -> Void) async -> BankError.Code? {
        do throws(BankError) {
            try await body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a lease is written as later versions will find it`() async throws {
        let lease = BankLease(ownerID: "o", host: "h", expiresAt: Date(timeIntervalSince1970: 1_700_000_000.9))
        try await leases.put(lease)
        #expect(
            text("/owners/o")
                == #"{"version": 1, "owner_id": "o", "host": "h", "expires_at": "2023-11-14T22:13:20Z"}"#)
        #expect(try await leases.lease(of: "o") == lease)
        #expect(try await leases.lease(of: "p") == nil)
        #expect(try await leases.owners() == ["o"])
        try await leases.removeLease(of: "o")
        #expect(try await leases.owners() == [])
    }

    @Test func `a claim is written as later versions will find it`() async throws {
        let claim = CheckpointClaim(ownerID: "o", checkpointID: "c", purpose: .restore)
        try await leases.put(claim)
        #expect(
            text("/claims/o/c") == #"{"version": 1, "owner_id": "o", "checkpoint_id": "c", "purpose": "restore"}"#)
        #expect(try await leases.claim(of: "o", on: "c") == claim)
        #expect(try await leases.claim(of: "o", on: "d") == nil)
        #expect(try await leases.checkpoints(claimedBy: "o") == ["c"])
        #expect(try await leases.checkpoints(claimedBy: "p") == [])
        try await leases.removeClaim(of: "o", on: "c")
        #expect(bank.objects.isEmpty)
    }

    @Test func `claims that read may be beside each other, and one that nobody knows beside none`() async throws {
        let known = CheckpointClaim(ownerID: "o", checkpointID: "c", purpose: .verify)
        #expect(!known.excludes(.restore))
        #expect(known.excludes(.delete))
        let later = #"{"version": 1, "owner_id": "o", "checkpoint_id": "c", "purpose": "copy"}"#
        try await bank.put(Array(later.utf8), format: .json, at: BankKey("/claims/o/c"))
        #expect(try await leases.claim(of: "o", on: "c")?.excludes(.restore) == true)
    }

    @Test(arguments: [
        "", "{}", #"{"version": 2, "owner_id": "o", "host": "h", "expires_at": "2023-11-14T22:13:20Z"}"#,
        #"{"version": 1, "owner_id": "p", "host": "h", "expires_at": "2023-11-14T22:13:20Z"}"#,
        #"{"version": 1, "owner_id": "o", "host": "h", "expires_at": "soon"}"#,
    ])
    func `what is no lease and no claim is not held to be gone`(text: String) async throws {
        try await bank.put(Array(text.utf8), format: .json, at: BankKey("/owners/o"))
        try await bank.put(Array(text.utf8), format: .json, at: BankKey("/claims/o/c"))
        #expect(await code { () async throws(BankError) in _ = try await leases.lease(of: "o") } == .corrupted)
        #expect(await code { () async throws(BankError) in _ = try await leases.claim(of: "o", on: "c") } == .corrupted)
    }
}
