import OrderedCollections
import Protection

/// The parameters of the Cinder backup plugin and what it keeps, word for word those of Karbor's `cinder_protection_plugin`:
/// clients read titles and names.
enum VolumeSchemas {
    static let all = ResourceSchemas(options: options, restore: restore, verify: [:], savedInfo: savedInfo)

    private static let options: JSONValue = [
        "title": "Cinder Protection Options",
        "type": "object",
        "properties": [
            "backup_name": text("Backup Name", "The name of the backup."),
            "backup_mode": [
                "type": "string", "title": "Backup Mode", "description": "The backup mode.",
                "enum": ["full", "incremental"], "default": "full",
            ],
            "container": text("Container", "The container which been chosen."),
            "description": text("Description", "The description of the volume."),
            "force": [
                "type": "boolean", "title": "Force",
                "description": "Whether to backup, even if the volume is attached", "default": false,
            ],
        ],
        "required": ["backup_name", "backup_mode", "container", "force"],
    ]

    private static let restore: JSONValue = [
        "title": "Cinder Protection Restore",
        "type": "object",
        "properties": [
            "volume_id": text("Volume ID", "The target volume ID to restore to.", ["format": "uuid"]),
            "restore_name": text("Restore Name", "The name of the restored volume."),
            "restore_description": text("Restore Description", "The description of the restored volume."),
        ],
    ]

    private static let savedInfo: JSONValue = [
        "title": "Cinder Protection Saved Info",
        "type": "object",
        "properties": [
            "name": ["type": "string", "title": "Name", "description": "The name for this backup."],
            "is_incremental": [
                "type": "boolean", "title": "Is Incremental",
                "description": "The type of the backup, True is incremental and False is full.",
            ],
            "status": [
                "type": "string", "title": "Status", "description": "The backup status, such as available.",
                "enum": ["creating", "available", "deleting", "error", "restoring", "error_restoring"],
            ],
            "progress": [
                "type": "number", "title": "Progress",
                "description": "The current operation progress for this backup.",
                "constraint": ["min": 0, "max": 1],
            ],
            "fail_reason": [
                "type": "string", "title": "Fail Reason",
                "description": "The reason for the failure status of the backup.",
            ],
            "size": ["type": "integer", "title": "Size", "description": "The size of the backup, in GB."],
            "volume_id": [
                "type": "string", "title": "Volume ID",
                "description": "The ID of the volume from which the backup was created.",
            ],
        ],
        "required": ["name", "status", "progress", "fail_reason", "size", "volume_id"],
    ]

    /// - Parameter limits: what Cinder takes of it; the API holds parameters against this, and does not show it.
    private static func text(
        _ title: String, _ description: String, _ limits: OrderedDictionary<String, JSONValue> = ["maxLength": 255]
    ) -> JSONValue {
        let shown: OrderedDictionary<String, JSONValue> = [
            "type": "string", "title": .string(title), "description": .string(description), "default": nil,
        ]
        return .object(shown.merging(limits, uniquingKeysWith: { $1 }))
    }
}
