import Protection

/// The bank as one operation changes it: only while the daemon holds its lease, and the operation its checkpoint.
///
/// Throws what `CheckpointClaims.hold` throws, and then has changed nothing.
struct ClaimedBank: Bank {
    let bank: any Bank
    let hold: @Sendable () async throws(BankError) -> Void

    func put(_ bytes: [UInt8], format: BankFormat, at key: BankKey) async throws(BankError) {
        try await hold()
        try await bank.put(bytes, format: format, at: key)
    }

    func get(_ key: BankKey) async throws(BankError) -> [UInt8] { try await bank.get(key) }

    func delete(_ key: BankKey) async throws(BankError) {
        try await hold()
        try await bank.delete(key)
    }

    func list(
        prefix: BankKey, order: BankOrder, after marker: BankKey?, limit: Int?
    ) async throws(BankError) -> [BankKey] {
        try await bank.list(prefix: prefix, order: order, after: marker, limit: limit)
    }
}
