import Keystone

// What Cinder says of its resources, as far as somebody asks. Fields that it leaves out or writes in another form are nil or empty; only an id
// has to be there.

package struct Volume: Sendable, Equatable, Identifiable {
    package var id: String
    package var status: ResourceStatus
    package var name: String?
    /// In GiB.
    package var size: Int?
    package var availabilityZone: String?
    package var projectID: String?
    /// By Cinder's clock, as ISO 8601, which sorts as text.
    package var createdAt: String?
    package var metadata: [String: String]
    package var attachments: [VolumeAttachment]
}

package struct VolumeAttachment: Sendable, Equatable {
    package var serverID: String?
}

package struct VolumeSnapshot: Sendable, Equatable, Identifiable {
    package var id: String
    package var status: ResourceStatus
    package var volumeID: String?
    package var name: String?
    package var size: Int?
    package var createdAt: String?
    package var metadata: [String: String]
}

package struct VolumeBackup: Sendable, Equatable, Identifiable {
    package var id: String
    package var status: ResourceStatus
    package var volumeID: String?
    package var snapshotID: String?
    package var name: String?
    package var size: Int?
    /// Cinder's reason for the status `error`.
    package var failReason: String?
    package var createdAt: String?
    package var metadata: [String: String]
}

/// What Cinder says at once when it begins to restore a backup.
package struct VolumeRestore: Sendable, Equatable {
    package var volumeID: String
}

// MARK: - What is asked of Cinder

package struct NewVolume: Sendable, Encodable {
    package var size: Int
    package var name: String?
    package var description: String?
    package var availabilityZone: String?
    package var volumeType: String?
    package var snapshotID: String?
    package var metadata: [String: String]?

    package init(
        size: Int, name: String? = nil, description: String? = nil, availabilityZone: String? = nil,
        volumeType: String? = nil, snapshotID: String? = nil, metadata: [String: String]? = nil
    ) {
        self.size = size
        self.name = name
        self.description = description
        self.availabilityZone = availabilityZone
        self.volumeType = volumeType
        self.snapshotID = snapshotID
        self.metadata = metadata
    }

    enum CodingKeys: String, CodingKey {
        case size, name, description, metadata
        case availabilityZone = "availability_zone"
        case volumeType = "volume_type"
        case snapshotID = "snapshot_id"
    }
}

package struct NewVolumeSnapshot: Sendable, Encodable {
    package var volumeID: String
    package var name: String?
    package var description: String?
    /// Also of a volume that is in use.
    package var force: Bool
    package var metadata: [String: String]?

    package init(
        volumeID: String, name: String? = nil, description: String? = nil, force: Bool = false,
        metadata: [String: String]? = nil
    ) {
        self.volumeID = volumeID
        self.name = name
        self.description = description
        self.force = force
        self.metadata = metadata
    }

    enum CodingKeys: String, CodingKey {
        case name, description, force, metadata
        case volumeID = "volume_id"
    }
}

package struct NewVolumeBackup: Sendable, Encodable {
    package var volumeID: String
    package var snapshotID: String?
    package var name: String?
    package var description: String?
    package var container: String?
    package var incremental: Bool
    /// Also of a volume that is in use.
    package var force: Bool
    package var metadata: [String: String]?

    package init(
        volumeID: String, snapshotID: String? = nil, name: String? = nil, description: String? = nil,
        container: String? = nil, incremental: Bool = false, force: Bool = false, metadata: [String: String]? = nil
    ) {
        self.volumeID = volumeID
        self.snapshotID = snapshotID
        self.name = name
        self.description = description
        self.container = container
        self.incremental = incremental
        self.force = force
        self.metadata = metadata
    }

    enum CodingKeys: String, CodingKey {
        case name, description, container, incremental, force, metadata
        case volumeID = "volume_id"
        case snapshotID = "snapshot_id"
    }
}

// MARK: - Reading

extension Volume: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id, status, name, size, metadata, attachments
        case availabilityZone = "availability_zone"
        case createdAt = "created_at"
        case projectID = "os-vol-tenant-attr:tenant_id"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(String.self, forKey: .id)
        status = fields.lenient(ResourceStatus.self, .status) ?? "unknown"
        name = fields.lenient(String.self, .name)
        size = fields.lenient(Int.self, .size)
        availabilityZone = fields.lenient(String.self, .availabilityZone)
        projectID = fields.lenient(String.self, .projectID)
        createdAt = fields.lenient(String.self, .createdAt)
        metadata = fields.lenient([String: String].self, .metadata) ?? [:]
        attachments = fields.lenient(LenientArray<VolumeAttachment>.self, .attachments)?.elements ?? []
    }
}

extension VolumeAttachment: Decodable {
    private enum CodingKeys: String, CodingKey {
        case serverID = "server_id"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        serverID = fields.lenient(String.self, .serverID)
    }
}

extension VolumeSnapshot: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id, status, name, size, metadata
        case volumeID = "volume_id"
        case createdAt = "created_at"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(String.self, forKey: .id)
        status = fields.lenient(ResourceStatus.self, .status) ?? "unknown"
        volumeID = fields.lenient(String.self, .volumeID)
        name = fields.lenient(String.self, .name)
        size = fields.lenient(Int.self, .size)
        createdAt = fields.lenient(String.self, .createdAt)
        metadata = fields.lenient([String: String].self, .metadata) ?? [:]
    }
}

extension VolumeBackup: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id, status, name, size, metadata
        case volumeID = "volume_id"
        case snapshotID = "snapshot_id"
        case failReason = "fail_reason"
        case createdAt = "created_at"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(String.self, forKey: .id)
        // The answer to a creation has no status; creating is what it is then.
        status = fields.lenient(ResourceStatus.self, .status) ?? "creating"
        volumeID = fields.lenient(String.self, .volumeID)
        snapshotID = fields.lenient(String.self, .snapshotID)
        name = fields.lenient(String.self, .name)
        size = fields.lenient(Int.self, .size)
        failReason = fields.lenient(String.self, .failReason)
        createdAt = fields.lenient(String.self, .createdAt)
        metadata = fields.lenient([String: String].self, .metadata) ?? [:]
    }
}

extension VolumeRestore: Decodable {
    private enum CodingKeys: String, CodingKey {
        case volumeID = "volume_id"
    }
}
