import Loop
import Protection

/// A bank as hooks see it: what may pass is ridden out, so that a blink of the bank costs no backup of hours.
///
/// Whatever the scope says, there is one try. When the scope ends before the bank answers, the bank's own last error is
/// thrown.
struct PatientBank: Bank {
    let bank: any Bank
    let patience: Patience

    func put(_ bytes: [UInt8], format: BankFormat, at key: BankKey) async throws(BankError) {
        try await ride { () async throws(BankError) in try await bank.put(bytes, format: format, at: key) }
    }

    func get(_ key: BankKey) async throws(BankError) -> [UInt8] {
        try await ride { () async throws(BankError) in try await bank.get(key) }
    }

    func delete(_ key: BankKey) async throws(BankError) {
        try await ride { () async throws(BankError) in try await bank.delete(key) }
    }

    func list(
        prefix: BankKey, order: BankOrder, after marker: BankKey?, limit: Int?
    ) async throws(BankError) -> [BankKey] {
        try await ride { () async throws(BankError) in
            try await bank.list(prefix: prefix, order: order, after: marker, limit: limit)
        }
    }

    private func ride<Result: Sendable>(
        _ call: @Sendable () async throws(BankError) -> Result
    ) async throws(BankError) -> Result {
        let first: BankError
        do {
            return try await call()
        } catch {
            guard error.mayPass else { throw error }
            first = error
        }
        let last = Locked(first)
        do {
            return try await patience("reach the bank") {
                do throws(BankError) {
                    return try await call()
                } catch {
                    last.withLock { $0 = error }
                    throw error
                }
            }
        } catch {
            throw last.withLock { $0 }
        }
    }
}
