package import Loop
package import Protection

/// A bank in a folder of a file system: Karbor's `karbor-fs-bank-plugin`.
package final class FileSystemBank: Bank {
    package init(path: String, container: String = "karbor", time: any TimeSource) throws(BankError) {
    }

    package func put(_ bytes: [UInt8], format: BankFormat, at key: BankKey) async throws(BankError) {
        throw BankError(.unavailable, "not built yet")
    }

    package func get(_ key: BankKey) async throws(BankError) -> [UInt8] {
        throw BankError(.unavailable, "not built yet")
    }

    package func delete(_ key: BankKey) async throws(BankError) {
        throw BankError(.unavailable, "not built yet")
    }

    package func list(
        prefix: BankKey, order: BankOrder, after marker: BankKey?, limit: Int?
    ) async throws(BankError) -> [BankKey] {
        throw BankError(.unavailable, "not built yet")
    }
}
