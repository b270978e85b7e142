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
    }

    /// Throws `.notFound` where there is none, `.corrupted` where its index object is no such thing.
    package func checkpoint(_ id: String) async throws(BankError) -> Checkpoint {
        throw BankError(.notFound, "not built yet")
    }

    /// Rewrites the index object.
    package func update(_ checkpoint: Checkpoint) async throws(BankError) {
    }

    /// Takes the checkpoint out of every listing. Its index object stays, with the status `deleted` that the caller gave it.
    package func retire(_ checkpoint: Checkpoint) async throws(BankError) {
    }

    /// The part of the bank that belongs to one resource of a checkpoint.
    package func section(of checkpointID: String, resourceID: String) throws(BankError) -> BankSection {
        throw BankError(.notFound, "not built yet")
    }

    /// The checkpoints of `provider` that `query` asks for, truly in its order: by timestamp, then id, over all projects.
    ///
    /// - Parameters:
    ///   - today: `YYYY-MM-DD`, UTC: where a query with a first day and no last one ends.
    ///   - skipped: told of each checkpoint that is indexed but cannot be read; the others are listed all the same.
    package func list(
        _ query: CheckpointQuery, provider: String, today: String,
        skipped: @Sendable (_ id: String, _ reason: BankError) -> Void = { _, _ in }
    ) async throws(BankError) -> [Checkpoint] {
        []
    }
}
