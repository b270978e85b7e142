/// The checkpoints in a bank: each an index object, and three smaller objects by which it is found.
///
///     /checkpoints/<checkpoint>/index.json
///     /indices/by-provider/<provider>/<project>/<timestamp>@<checkpoint>
///     /indices/by-date/<YYYY-MM-DD>/<project>/<timestamp>@<checkpoint>
///     /indices/by-plan/<plan>/<project>/<YYYY-MM-DD>/<timestamp>@<checkpoint>
///
/// Contract:
/// - Everything that writes may be called again, and then completes what an earlier call began.
/// - Ids that are no single part of a key are refused with `.invalidKey` before anything is written.
package struct CheckpointCollection: Sendable {
    package let bank: any Bank

    package init(bank: any Bank) {
        self.bank = bank
    }

    /// Writes the index object first, so that whoever finds the checkpoint can read it.
    package func create(_ checkpoint: Checkpoint) async throws(BankError) {
        let keys = try CheckpointKeys(checkpoint)
        try await bank.put(checkpoint.indexBytes, format: .json, at: keys.index)
        for key in keys.indices {
            try await bank.put(Array(checkpoint.id.utf8), format: .raw, at: key)
        }
    }

    /// Throws `.notFound` where there is none, `.corrupted` where its index object is no such thing.
    package func checkpoint(_ id: String) async throws(BankError) -> Checkpoint {
        let checkpoint = try Checkpoint(index: try await bank.get(CheckpointKeys.index(of: id)))
        guard checkpoint.id == id else {
            throw BankError(.corrupted, "the index of checkpoint \(id) is that of \(checkpoint.id.debugDescription)")
        }
        return checkpoint
    }

    /// Rewrites the index object.
    package func update(_ checkpoint: Checkpoint) async throws(BankError) {
        try await bank.put(checkpoint.indexBytes, format: .json, at: CheckpointKeys.index(of: checkpoint.id))
    }

    /// Takes the checkpoint out of the indices. Its index object stays, with the status `deleted` that the caller gave it.
    package func retire(_ checkpoint: Checkpoint) async throws(BankError) {
        for key in try CheckpointKeys(checkpoint).indices {
            try await bank.delete(key)
        }
    }

    /// Takes back a checkpoint whose creation failed, however far it came: its index object last, so that what is left of it
    /// can still be found.
    package func discard(_ checkpoint: Checkpoint) async throws(BankError) {
        try await retire(checkpoint)
        try await bank.delete(CheckpointKeys.index(of: checkpoint.id))
    }

    /// The part of the bank that belongs to one resource of a checkpoint.
    package func section(of checkpointID: String, resourceID: String) throws(BankError) -> BankSection {
        BankSection(
            bank: bank, root: try BankKey(parts: ["checkpoints", checkpointID, "resource-data", resourceID]))
    }
}
