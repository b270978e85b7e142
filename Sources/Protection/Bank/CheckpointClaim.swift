import FoundationEssentials

/// That a daemon works on a checkpoint: an object beside the bank, good for as long as its owner's lease.
package struct CheckpointClaim: Sendable, Equatable {
    package let ownerID: String
    package let checkpointID: String
    /// Nil for one that a later version wrote: nothing may be beside it.
    package let purpose: ClaimPurpose?

    package init(ownerID: String, checkpointID: String, purpose: ClaimPurpose) {
        self.ownerID = ownerID
        self.checkpointID = checkpointID
        self.purpose = purpose
    }

    /// Throws `.corrupted`.
    init(parsing bytes: [UInt8], of owner: String, on checkpoint: String) throws(BankError) {
        guard let value = try? JSONValue(parsing: bytes), value["version"] == 1, value["owner_id"]?.string == owner,
            value["checkpoint_id"]?.string == checkpoint, let purpose = value["purpose"]?.string
        else { throw BankError(.corrupted, "the claim of owner \(owner) on checkpoint \(checkpoint) cannot be read") }
        ownerID = owner
        checkpointID = checkpoint
        self.purpose = ClaimPurpose(rawValue: purpose)
    }

    var bytes: [UInt8] {
        let value: JSONValue = [
            "version": 1, "owner_id": .string(ownerID), "checkpoint_id": .string(checkpointID),
            "purpose": .optional(purpose?.rawValue),
        ]
        return value.encodedBytes
    }

    package var onlyReads: Bool { purpose?.onlyReads ?? false }

    package func excludes(_ other: ClaimPurpose) -> Bool { !(onlyReads && other.onlyReads) }

    /// What is said to whoever comes second.
    package func refusal(_ lease: BankLease) -> BankError {
        BankError(
            .taken,
            "checkpoint \(checkpointID) is being \(purpose?.participle ?? "worked on") by another daemon"
                + " (owner \(ownerID)), whose lease of the bank holds until \(lease.expiresAt.formatted(.iso8601))")
    }
}
