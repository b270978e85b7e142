import Loop
package import Protection

/// A bank in memory, which remembers what it was asked and fails when a test wants it to.
package final class MemoryBank: Bank {
    package enum Call: Sendable, Equatable {
        case put(BankKey)
        case get(BankKey)
        case delete(BankKey)
        case list(BankKey, limit: Int?)
    }

    private struct State {
        var objects: [BankKey: [UInt8]] = [:]
        var calls: [Call] = []
    }

    private let state = Locked(State())
    private let failure: @Sendable (_ number: Int, Call) -> BankError?

    /// - Parameter failure: asked before each call, which are counted from 1: the error to throw instead of it.
    package init(failure: @escaping @Sendable (_ number: Int, Call) -> BankError? = { _, _ in nil }) {
        self.failure = failure
    }

    package var calls: [Call] { state.withLock { $0.calls } }
    package var objects: [BankKey: [UInt8]] { state.withLock { $0.objects } }

    package func forgetCalls() { state.withLock { $0.calls = [] } }

    package func put(_ bytes: [UInt8], format: BankFormat, at key: BankKey) async throws(BankError) {
        try record(.put(key))
        state.withLock { $0.objects[key] = bytes }
    }

    package func get(_ key: BankKey) async throws(BankError) -> [UInt8] {
        try record(.get(key))
        guard let bytes = state.withLock({ $0.objects[key] }) else {
            throw BankError(.notFound, "cannot read \(key): there is no such object")
        }
        return bytes
    }

    package func delete(_ key: BankKey) async throws(BankError) {
        try record(.delete(key))
        state.withLock { $0.objects[key] = nil }
    }

    package func list(
        prefix: BankKey, order: BankOrder, after marker: BankKey?, limit: Int?
    ) async throws(BankError) -> [BankKey] {
        try record(.list(prefix, limit: limit))
        let keys = state.withLock { $0.objects.keys.filter { $0.path.hasPrefix(prefix.path + "/") } }
        let isBefore: (BankKey, BankKey) -> Bool = order == .ascending ? { $0 < $1 } : { $0 > $1 }
        let beyond = keys.filter { key in marker.map { isBefore($0, key) } ?? true }
        return Array(beyond.sorted(by: isBefore).prefix(max(0, limit ?? .max)))
    }

    private func record(_ call: Call) throws(BankError) {
        let number = state.withLock { state in
            state.calls.append(call)
            return state.calls.count
        }
        if let error = failure(number, call) { throw error }
    }
}
