package import FoundationEssentials

/// That a daemon lives, and until when others take it to: an object beside the bank, which its owner writes again and again.
package struct BankLease: Sendable, Equatable {
    /// The id that the owner's store keeps.
    package let ownerID: String
    package let host: String
    /// In whole seconds, by the owner's clock.
    package let expiresAt: Date

    package init(ownerID: String, host: String, expiresAt: Date) {
        self.ownerID = ownerID
        self.host = host
        self.expiresAt = Date(timeIntervalSince1970: expiresAt.timeIntervalSince1970.rounded(.down))
    }

    /// Throws `.corrupted`.
    init(parsing bytes: [UInt8], of owner: String) throws(BankError) {
        guard let value = try? JSONValue(parsing: bytes), value["version"] == 1, value["owner_id"]?.string == owner,
            let host = value["host"]?.string,
            let end = value["expires_at"]?.string.flatMap({ try? Date($0, strategy: .iso8601) })
        else { throw BankError(.corrupted, "the lease of owner \(owner) cannot be read") }
        self.init(ownerID: owner, host: host, expiresAt: end)
    }

    var bytes: [UInt8] {
        let value: JSONValue = [
            "version": 1, "owner_id": .string(ownerID), "host": .string(host),
            "expires_at": .string(expiresAt.formatted(.iso8601)),
        ]
        return value.encodedBytes
    }
}
