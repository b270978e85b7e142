import Crypto
import Loop
import Synchronization
import Telemetry

/// What Keystone said of tokens, by their SHA-256: the tokens themselves are not kept as keys.
///
/// One question at a time is asked about a token; see `Expiring`. When there are more than `limit` entries, a quarter
/// goes: those that say nothing any more, then those that were used least recently.
final class ValidationCache<Value: Sendable>: Sendable {
    private struct Key: Hashable {
        var digest: SHA256.Digest
        var variant: Bool
    }

    private struct Entry {
        var cell: Expiring<Value>
        var lastUse: Int
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var uses = 0
    }

    private let limit: Int
    private let time: any TimeSource
    private let state = Mutex(State())

    init(limit: Int, time: any TimeSource) {
        self.limit = max(1, limit)
        self.time = time
    }

    var count: Int { state.withLock { $0.entries.count } }

    /// - Parameter variant: answers to two different questions about one token are kept apart.
    func value(of token: Secret<String>, variant: Bool, fetch: @escaping Expiring<Value>.Fetch) async throws -> Value {
        let key = Key(digest: SHA256.hash(data: Array(token.reveal().utf8)), variant: variant)
        let cell = state.withLock { state in
            state.uses += 1
            if state.entries[key] == nil, state.entries.count >= limit { shrink(&state) }
            let cell = state.entries[key]?.cell ?? Expiring(time: time)
            state.entries[key] = Entry(cell: cell, lastUse: state.uses)
            return cell
        }
        return try await cell.value(fetch: fetch)
    }

    private func shrink(_ state: inout State) {
        state.entries = state.entries.filter { $0.value.cell.current != nil }
        let surplus = state.entries.count - limit * 3 / 4
        guard surplus > 0 else { return }
        for (key, _) in state.entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }).prefix(surplus) {
            state.entries[key] = nil
        }
    }
}
