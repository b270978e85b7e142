import Crypto
import Loop
import Telemetry

/// What Keystone said of tokens, by their SHA-256: the tokens themselves are not kept as keys.
///
/// One question at a time is asked about a token; see `Expiring`. When there are more than `limit` entries, a quarter
/// goes: those that say nothing any more, then those that were used least recently. An entry whose answer somebody waits
/// for stays; where all are such, what is asked next is answered and not kept.
final class ValidationCache<Value: Sendable, Variant: Hashable & Sendable>: Sendable {
    private struct Key: Hashable {
        var digest: SHA256.Digest
        var variant: Variant
    }

    private struct Entry {
        var cell: Expiring<Value>
        var lastUse: Int
        /// How many wait for its answer.
        var waiting = 0
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var uses = 0
    }

    private let limit: Int
    private let time: any TimeSource
    private let state = Locked(State())

    init(limit: Int, time: any TimeSource) {
        self.limit = max(1, limit)
        self.time = time
    }

    var count: Int { state.withLock { $0.entries.count } }

    /// - Parameter variant: answers to different questions about one token are kept apart.
    func value(
        of token: Secret<String>, variant: Variant, fetch: @escaping Expiring<Value>.Fetch
    ) async throws -> Value {
        let key = Key(digest: SHA256.hash(data: Array(token.reveal().utf8)), variant: variant)
        let cell = state.withLock { enter(key, &$0) }
        defer { state.withLock { leave(key, cell, &$0) } }
        return try await cell.value(fetch: fetch)
    }

    private func enter(_ key: Key, _ state: inout State) -> Expiring<Value> {
        state.uses += 1
        if state.entries[key] == nil, state.entries.count >= limit { shrink(&state) }
        var entry = state.entries[key] ?? Entry(cell: Expiring(time: time), lastUse: 0)
        entry.lastUse = state.uses
        entry.waiting += 1
        if state.entries[key] != nil || state.entries.count < limit { state.entries[key] = entry }
        return entry.cell
    }

    private func leave(_ key: Key, _ cell: Expiring<Value>, _ state: inout State) {
        if state.entries[key]?.cell === cell { state.entries[key]?.waiting -= 1 }
    }

    private func shrink(_ state: inout State) {
        state.entries = state.entries.filter { $0.value.waiting > 0 || $0.value.cell.current != nil }
        let surplus = state.entries.count - limit * 3 / 4
        guard surplus > 0 else { return }
        let idle = state.entries.filter { $0.value.waiting == 0 }.sorted { $0.value.lastUse < $1.value.lastUse }
        for (key, _) in idle.prefix(surplus) { state.entries[key] = nil }
    }
}
