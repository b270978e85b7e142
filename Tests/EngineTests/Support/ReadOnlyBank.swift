import Loop
import Protection

/// On or off, from any task.
final class Switch: Sendable {
    private let state = Locked(false)

    var isOn: Bool { state.withLock { $0 } }
    func set(_ isOn: Bool) { state.withLock { $0 = isOn } }
}

/// A bank that is mounted read-only for as long as a switch is on.
struct ReadOnlyBank: Bank {
    let bank: any Bank
    let isReadOnly: Switch

    private func check() throws(BankError) {
        if isReadOnly.isOn { throw BankError(.readOnly, "the bank can only be read") }
    }

    func put(_ bytes: [UInt8], format: BankFormat, at key: BankKey) async throws(BankError) {
        try check()
        try await bank.put(bytes, format: format, at: key)
    }

    func get(_ key: BankKey) async throws(BankError) -> [UInt8] { try await bank.get(key) }

    func delete(_ key: BankKey) async throws(BankError) {
        try check()
        try await bank.delete(key)
    }

    func list(
        prefix: BankKey, order: BankOrder, after marker: BankKey?, limit: Int?
    ) async throws(BankError) -> [BankKey] {
        try await bank.list(prefix: prefix, order: order, after: marker, limit: limit)
    }
}
