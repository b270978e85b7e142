extension CheckpointCollection {
    /// The checkpoints of `provider` that `query` asks for, truly in its order: by timestamp, then id, over all projects.
    ///
    /// Those of a plan, if the query names one; else those of the days from its first to its last one, if it names a first;
    /// else all. A last day without a first one counts for nothing, as upstream has it. Deleted ones are left out, though a
    /// deletion that was stopped may have left them in an index. Only as many checkpoints are read as are wanted; whoever is
    /// cancelled has what was read until then.
    ///
    /// Throws `.notFound` for a marker that is no checkpoint of this provider and project.
    ///
    /// - Parameters:
    ///   - today: `YYYY-MM-DD`, UTC: where a query with a first day and no last one ends.
    ///   - skipped: told of each checkpoint that cannot be read; the others are listed all the same. An index may name what
    ///     is none yet, or no more: that is passed over.
    package func list(
        _ query: CheckpointQuery, provider: String, today: String,
        skipped: @Sendable (_ id: String, _ reason: BankError) -> Void = { _, _ in }
    ) async throws(BankError) -> [Checkpoint] {
        let limit = query.limit ?? .max
        guard limit > 0 else { return [] }
        let marker = try await marker(of: query, provider: provider)
        var scan = try IndexScan(bank: bank, query: query, provider: provider, today: today, marker: marker)
        var found: [Checkpoint] = []
        var seen: Set<String> = []
        var weight = 0
        let weightLimit = query.weightLimit ?? .max
        func wantsMore() -> Bool { found.count < limit && weight < weightLimit && !Task.isCancelled }
        while wantsMore(), let entries = try await scan.next() {
            var entries = entries.filter { seen.insert($0.id).inserted }[...]
            while wantsMore(), !entries.isEmpty {
                let width = Self.readsAtOnce(after: found.count, weighing: weight, of: query.weightLimit)
                let batch = entries.prefix(min(limit - found.count, width))
                entries = entries.dropFirst(batch.count)
                for (id, result) in await read(batch.map(\.id)) {
                    switch result {
                    case .success(let checkpoint):
                        guard query.wants(checkpoint, of: provider) else { continue }
                        found.append(checkpoint)
                        weight += checkpoint.weight
                    case .failure(let error) where error.code == .notFound: break
                    case .failure(let error) where error.concernsOneObject: skipped(id, error)
                    case .failure(let error): throw error
                    }
                }
            }
        }
        return found
    }

    /// How many index objects are read at once: a bank over a network answers each after a while.
    private static let readsAtOnce = 16

    /// As many as are likely to be wanted: all that are read are held at once, also those that go beyond the limit.
    private static func readsAtOnce(after count: Int, weighing weight: Int, of limit: Int?) -> Int {
        guard let limit else { return readsAtOnce }
        guard count > 0 else { return 2 }
        return min(readsAtOnce, max(1, (limit - weight) / max(1, weight / count)))
    }

    private func marker(of query: CheckpointQuery, provider: String) async throws(BankError) -> Checkpoint? {
        guard let id = query.marker else { return nil }
        do {
            let marker = try await checkpoint(id)
            if marker.providerID == provider, query.projectID ?? marker.projectID == marker.projectID { return marker }
        } catch  where error.code == .invalidKey || error.code == .notFound {
            // As one of another provider or project: there is none that this caller could have listed.
        }
        throw BankError(.notFound, "the marker is no checkpoint here: \(String(id.prefix(100)).debugDescription)")
    }

    /// Reads the checkpoints at once, and returns them in the order asked for.
    private func read(_ ids: [String]) async -> [(id: String, result: Result<Checkpoint, BankError>)] {
        let results = await withTaskGroup(of: (Int, Result<Checkpoint, BankError>).self) { group in
            for (index, id) in ids.enumerated() {
                group.addTask {
                    do throws(BankError) {
                        return (index, .success(try await checkpoint(id)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return ids.enumerated().compactMap { index, id in results[index].map { (id, $0) } }
    }
}

extension CheckpointQuery {
    /// What the indices do not say, or what a damaged one might say wrongly.
    fileprivate func wants(_ checkpoint: Checkpoint, of provider: String) -> Bool {
        checkpoint.providerID == provider && projectID ?? checkpoint.projectID == checkpoint.projectID
            && checkpoint.status != .deleted
    }
}

extension BankError {
    /// Whether other objects of the bank are likely to be well.
    fileprivate var concernsOneObject: Bool {
        switch code {
        case .corrupted, .invalidKey, .tooLarge, .taken: true
        case .notFound, .full, .readOnly, .unavailable: false
        }
    }
}
