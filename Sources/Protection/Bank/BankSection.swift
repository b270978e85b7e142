/// The part of a bank that belongs to one resource of one checkpoint: what a protection plugin sees of the bank.
///
///     /checkpoints/<checkpoint>/resource-data/<resource id>/{status,metadata,data_<n>}
package struct BankSection: Sendable {
    package let root: BankKey
    private let bank: any Bank

    package init(bank: any Bank, root: BankKey) {
        self.bank = bank
        self.root = root
    }

    package func put(_ value: JSONValue, at name: String) async throws(BankError) {
        try await bank.put(value.encodedBytes, format: .json, at: root.appending(name))
    }

    package func put(text: String, at name: String) async throws(BankError) {
        try await bank.put(Array(text.utf8), format: .raw, at: root.appending(name))
    }

    package func put(bytes: [UInt8], at name: String) async throws(BankError) {
        try await bank.put(bytes, format: .raw, at: root.appending(name))
    }

    /// Throws `.notFound`, or `.corrupted` where it is no JSON.
    package func json(at name: String) async throws(BankError) -> JSONValue {
        let bytes = try await bank.get(root.appending(name))
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw BankError(.corrupted, "\(name) of the resource is no JSON: \(error)")
        }
    }

    package func text(at name: String) async throws(BankError) -> String {
        String(decoding: try await bank.get(root.appending(name)), as: UTF8.self)
    }

    package func bytes(at name: String) async throws(BankError) -> [UInt8] {
        try await bank.get(root.appending(name))
    }

    package func delete(_ name: String) async throws(BankError) {
        try await bank.delete(root.appending(name))
    }

    /// The names of its objects, ascending.
    package func names() async throws(BankError) -> [String] {
        try await bank.list(prefix: root, order: .ascending, after: nil, limit: nil)
            .map { String($0.path.dropFirst(root.path.count + 1)) }
    }
}
