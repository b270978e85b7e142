/// The checkpoints in a bank: each an index object, and three smaller objects by which it is found.
///
///     /checkpoints/<checkpoint>/index.json
///     /indices/by-provider/<provider>/<project>/<timestamp>@<checkpoint>
///     /indices/by-date/<YYYY-MM-DD>/<project>/<timestamp>@<checkpoint>
///     /indices/by-plan/<plan>/<project>/<YYYY-MM-DD>/<timestamp>@<checkpoint>
///
/// Contract:
/// - There is a checkpoint where there is an index object. It is written last and removed first, so what has one is in all
///   indices; what is in an index without one is being made or discarded, or was left half-way, and nobody lists it.
/// - Everything that writes may be called again, and then completes what an earlier call began.
/// - Ids that are no single part of a key are refused with `.invalidKey` before anything is written.
package struct CheckpointCollection: Sendable {
    package let bank: any Bank

    package init(bank: any Bank) {
        self.bank = bank
    }

    /// A failure in the middle leaves no checkpoint.
    package func create(_ checkpoint: Checkpoint) async throws(BankError) {
        let keys = try CheckpointKeys(checkpoint)
        for key in keys.indices {
            try await bank.put(Array(checkpoint.id.utf8), format: .raw, at: key)
        }
        try await bank.put(bytes(of: checkpoint), format: .json, at: keys.index)
    }

    /// Removes what `create` made of a checkpoint that nothing was protected in, all of it or as far as it came.
    package func discard(_ checkpoint: Checkpoint) async throws(BankError) {
        let keys = try CheckpointKeys(checkpoint)
        for key in [keys.index] + keys.indices {
            try await bank.delete(key)
        }
    }

    /// Throws `.notFound` where there is none, `.corrupted` where its index object is no such thing.
    package func checkpoint(_ id: String) async throws(BankError) -> Checkpoint {
        let checkpoint = try await read(try await bank.get(CheckpointKeys.index(of: id)))
        guard checkpoint.id == id else {
            throw BankError(.corrupted, "the index of checkpoint \(id) is that of \(checkpoint.id.debugDescription)")
        }
        return checkpoint
    }

    /// Rewrites the index object.
    package func update(_ checkpoint: Checkpoint) async throws(BankError) {
        let key = try CheckpointKeys.index(of: checkpoint.id)
        try await bank.put(bytes(of: checkpoint), format: .json, at: key)
    }

    /// Takes the checkpoint out of the indices. Its index object stays, with the status `deleted` that the caller gave it.
    package func retire(_ checkpoint: Checkpoint) async throws(BankError) {
        for key in try CheckpointKeys(checkpoint).indices {
            try await bank.delete(key)
        }
    }

    /// The part of the bank that belongs to one resource of a checkpoint.
    package func section(of checkpointID: String, resourceID: String) throws(BankError) -> BankSection {
        BankSection(
            bank: bank, root: try BankKey(parts: ["checkpoints", checkpointID, "resource-data", resourceID]))
    }

    /// From so many bytes on, which only a large resource graph makes, an index object is read and written on the pool.
    private static let largeIndex = 64 << 10

    private func read(_ bytes: [UInt8]) async throws(BankError) -> Checkpoint {
        guard bytes.count > Self.largeIndex else { return try Checkpoint(index: bytes) }
        return try await withTaskExecutorPreference(globalConcurrentExecutor) {
            () async throws(BankError) -> Checkpoint in
            try Checkpoint(index: bytes)
        }
    }

    private func bytes(of checkpoint: Checkpoint) async -> [UInt8] {
        guard checkpoint.resourceGraph?.utf8.count ?? 0 > Self.largeIndex else { return checkpoint.indexBytes }
        return await withTaskExecutorPreference(globalConcurrentExecutor) { checkpoint.indexBytes }
    }
}
