/// A caller's context as it lies in the store: readable only with the key that sealed it, for the operation it was
/// sealed for.
struct SealedContext: Sendable, Equatable {
    /// Which key sealed it, so that a changed key is told from a damaged file.
    var keyID: String
    /// Version, nonce, ciphertext, tag.
    var bytes: [UInt8]
}
