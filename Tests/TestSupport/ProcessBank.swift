import Loop
package import Protection

/// The bank on a `MemoryDisk`, as one process reaches it.
package final class ProcessBank: Bank {
    private let disk: MemoryDisk
    private let process: Mortal
    private let isForLeases: Bool
    private let outage = Locked<BankError?>(nil)

    package init(disk: MemoryDisk, process: Mortal = Mortal(), isForLeases: Bool = false) {
        self.isForLeases = isForLeases
        self.disk = disk
        self.process = process
    }

    /// What every call throws until it is nil again.
    package func fail(with error: BankError?) { outage.withLock { $0 = error } }

    private func call<Result: Sendable>(
        _ name: String, _ body: (inout [BankKey: [UInt8]]) throws(BankError) -> Result
    ) async throws(BankError) -> Result {
        if let error = outage.withLock({ $0 }) { throw error }
        return try await process.call(name, failure: BankError(.unavailable, "the bank had a hiccup")) {
            () throws(BankError) in
            try disk.change { rows throws(BankError) in
                if isForLeases { try body(&rows.leases) } else { try body(&rows.objects) }
            }
        }
    }

    package func put(_ bytes: [UInt8], format: BankFormat, at key: BankKey) async throws(BankError) {
        try await call("put \(key)") { $0[key] = bytes }
    }

    package func get(_ key: BankKey) async throws(BankError) -> [UInt8] {
        try await call("get \(key)") { objects throws(BankError) in
            guard let bytes = objects[key] else {
                throw BankError(.notFound, "cannot read \(key): there is no such object")
            }
            return bytes
        }
    }

    package func delete(_ key: BankKey) async throws(BankError) {
        try await call("delete \(key)") { $0[key] = nil }
    }

    package func list(
        prefix: BankKey, order: BankOrder, after marker: BankKey?, limit: Int?
    ) async throws(BankError) -> [BankKey] {
        try await call("list \(prefix)") { objects in
            let isBefore: (BankKey, BankKey) -> Bool = order == .ascending ? { $0 < $1 } : { $0 > $1 }
            return Array(
                objects.keys.filter { key in
                    key.path.hasPrefix(prefix.path + "/") && marker.map { isBefore($0, key) } ?? true
                }.sorted(by: isBefore).prefix(max(0, limit ?? .max)))
        }
    }
}
