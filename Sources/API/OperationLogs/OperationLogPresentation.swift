import Protection

/// An operation log as Karbor's API shows it.
enum OperationLogPresentation {
    static func object(_ log: OperationLog) -> JSONValue {
        [
            "id": .string(log.id), "operation_type": .string(log.operationType),
            "checkpoint_id": .optional(log.checkpointID), "plan_id": .optional(log.planID),
            "provider_id": .optional(log.providerID), "restore_id": .optional(log.restoreID),
            "scheduled_operation_id": .optional(log.scheduledOperationID), "status": .string(log.status),
            "started_at": .optional(log.startedAt.map(Timestamp.text)),
            "ended_at": .optional(log.endedAt.map(Timestamp.text)), "error_info": .optional(log.errorInfo),
            "extra_info": log.extraInfo,
        ]
    }
}
