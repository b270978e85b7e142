import Crypto
import FoundationEssentials
import Protection
package import Telemetry

/// The key under which callers' tokens lie in the store.
///
/// AES-GCM with a 256-bit key and a random nonce each time. The operation's id is authenticated with the text, so that a
/// sealed context moved to another operation's row does not open.
package struct SealingKey: Sendable {
    package static let byteCount = 32
    /// The first byte of what is sealed: how the rest is to be read.
    private static let version: UInt8 = 1

    private let key: Secret<SymmetricKey>
    /// The start of a hash of the key: tells keys apart and nothing of any of them.
    package let id: String

    /// Throws `.badKey` unless there are 32 bytes; `origin` tells the operator whose they are.
    package init(_ bytes: Secret<[UInt8]>, origin: String) throws(StoreOpenError) {
        let count = bytes.reveal().count
        guard count == Self.byteCount else {
            throw StoreOpenError(
                .badKey,
                "the sealing key in \(origin) has \(count) bytes, not \(Self.byteCount) (head -c 32 /dev/urandom makes one)"
            )
        }
        key = bytes.map { SymmetricKey(data: $0) }
        var hash = SHA256()
        hash.update(data: Array("karbor-seal-key".utf8))
        hash.update(data: bytes.reveal())
        id = hash.finalize().prefix(8).map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    }

    func seal(_ context: Secret<[UInt8]>, operationID: String) throws -> SealedContext {
        let box = try AES.GCM.seal(
            context.reveal(), using: key.reveal(), authenticating: Self.authenticated(operationID))
        // There always is a combined form with a nonce of the usual length, which is what `seal` makes.
        guard let combined = box.combined else { throw StoreError(.sealBroken, "the context could not be sealed") }
        return SealedContext(keyID: id, bytes: [Self.version] + combined)
    }

    /// Throws `.sealBroken`, saying whether the key is another one or what was sealed is damaged.
    func open(_ context: SealedContext, operationID: String) throws(StoreError) -> Secret<[UInt8]> {
        guard context.keyID == id else {
            throw StoreError(
                .sealBroken,
                "the context of operation \(operationID) was sealed with another key (\(context.keyID); the current one is \(id))"
            )
        }
        guard context.bytes.first == Self.version,
            let box = try? AES.GCM.SealedBox(combined: context.bytes.dropFirst()),
            let opened = try? AES.GCM.open(
                box, using: key.reveal(), authenticating: Self.authenticated(operationID))
        else {
            throw StoreError(
                .sealBroken,
                "the sealed context of operation \(operationID) is damaged: the key is right, the text is not")
        }
        return Secret(Array(opened))
    }

    /// Tells equal texts from others, and nothing of them to whoever has not this key.
    func fingerprint(of text: Secret<[UInt8]>) -> [UInt8] {
        let own = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key.reveal(), info: Array("karbor request fingerprint".utf8),
            outputByteCount: Self.byteCount)
        return Array(HMAC<SHA256>.authenticationCode(for: text.reveal(), using: own))
    }

    private static func authenticated(_ operationID: String) -> [UInt8] {
        Array("karbor operation \(operationID)".utf8)
    }
}
