import Keystone

/// How a volume, snapshot or backup is doing, and since when it is there.
///
/// Of a list that is read again and again, for thousands of things, nothing else is taken up. Metadata, above all, costs as
/// much as all of this.
package struct StorageState: Sendable, Equatable, Identifiable {
    package var id: String
    package var status: ResourceStatus
    /// In GiB.
    package var size: Int?
    /// Cinder's reason for the status `error`; only backups have one.
    package var failReason: String?
    /// By Cinder's clock, as ISO 8601, which sorts as text.
    package var createdAt: String?

    package init(
        id: String, status: ResourceStatus, size: Int? = nil, failReason: String? = nil, createdAt: String? = nil
    ) {
        self.id = id
        self.status = status
        self.size = size
        self.failReason = failReason
        self.createdAt = createdAt
    }
}

extension StorageState: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id, status, size
        case failReason = "fail_reason"
        case createdAt = "created_at"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(String.self, forKey: .id)
        status = fields.lenient(ResourceStatus.self, .status) ?? "unknown"
        size = fields.lenient(Int.self, .size)
        failReason = fields.lenient(String.self, .failReason)
        createdAt = fields.lenient(String.self, .createdAt)
    }
}
