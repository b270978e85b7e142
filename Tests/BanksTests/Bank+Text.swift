import Protection

/// Banks as tests talk to them: in texts and paths.
extension Bank {
    func put(text: String, at key: BankKey) async throws(BankError) {
        try await put(Array(text.utf8), format: .raw, at: key)
    }

    func text(at key: BankKey) async throws(BankError) -> String {
        String(decoding: try await get(key), as: UTF8.self)
    }

    func list(
        under prefix: String, _ order: BankOrder = .ascending, after marker: String? = nil, limit: Int? = nil
    ) async throws(BankError) -> [String] {
        let marker: BankKey? = if let marker { try BankKey(marker) } else { nil }
        return try await list(prefix: BankKey(prefix), order: order, after: marker, limit: limit).map(\.path)
    }
}
