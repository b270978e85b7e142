import OrderedCollections
import Protection

/// A restore as Karbor's API shows it.
enum RestorePresentation {
    static func object(_ restore: Restore) -> JSONValue {
        [
            "id": .string(restore.id), "project_id": .string(restore.projectID),
            "provider_id": .string(restore.providerID), "checkpoint_id": .string(restore.checkpointID),
            "restore_target": .optional(restore.restoreTarget), "parameters": restore.parameters.json,
            "status": .string(restore.status.rawValue), "resources_status": texts(restore.resources.status),
            "resources_reason": texts(restore.resources.reason),
        ]
    }

    static func texts(_ texts: OrderedDictionary<String, String>) -> JSONValue {
        .object(texts.mapValues { .string($0) })
    }
}
