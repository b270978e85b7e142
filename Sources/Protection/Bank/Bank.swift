/// Where checkpoints are kept: a flat store of small and large objects under keys.
///
/// Contract, held by every implementation through one conformance suite:
/// - `put` is atomic: a reader sees the old object or the new one, also after a crash; when it returns the object is durable.
/// - `get` of what is not there throws `.notFound`; `delete` of it does nothing.
/// - `list` names the keys that begin with `prefix` followed by `/`, in the order asked for, after `marker` in that order
///   (exclusive, whether or not it exists), at most `limit`. A prefix with nothing under it lists nothing.
/// - Calls may run at the same time; those on one key take effect one after the other.
package protocol Bank: Sendable {
    /// - Parameter format: what the object holds; a bank that can keep it as a flag does.
    func put(_ bytes: [UInt8], format: BankFormat, at key: BankKey) async throws(BankError)
    func get(_ key: BankKey) async throws(BankError) -> [UInt8]
    func delete(_ key: BankKey) async throws(BankError)
    func list(prefix: BankKey, order: BankOrder, after marker: BankKey?, limit: Int?) async throws(BankError)
        -> [BankKey]
}

/// Karbor's `serialized` flag: JSON, or the text or bytes as they are.
package enum BankFormat: Sendable {
    case json, raw
}

package enum BankOrder: String, Sendable {
    case ascending = "asc"
    case descending = "desc"
}
