import Protection

/// A verification as Karbor's API shows it: a restore without a target.
enum VerificationPresentation {
    static func object(_ verification: Verification) -> JSONValue {
        [
            "id": .string(verification.id), "project_id": .string(verification.projectID),
            "provider_id": .string(verification.providerID), "checkpoint_id": .string(verification.checkpointID),
            "parameters": verification.parameters.json, "status": .string(verification.status.rawValue),
            "resources_status": RestorePresentation.texts(verification.resources.status),
            "resources_reason": RestorePresentation.texts(verification.resources.reason),
        ]
    }
}
