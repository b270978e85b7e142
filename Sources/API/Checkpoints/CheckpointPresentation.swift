import Engine
import Protection

/// A checkpoint as Karbor's API shows it, which differs on the day it is made.
enum CheckpointPresentation {
    /// All that the bank knows, and while an operation changes it, what Karbor does not know: how far that is.
    static func shown(_ checkpoint: Checkpoint, progress: OperationProgress? = nil) -> JSONValue {
        object(
            checkpoint, plan: checkpoint.protectionPlan, graph: .optional(checkpoint.resourceGraph),
            createdAt: .string(checkpoint.createdAt)
        ).adding(progress)
    }

    /// The answer to its creation: nothing is known yet of when and what, and the plan is without its provider.
    static func created(_ checkpoint: Checkpoint) -> JSONValue {
        object(checkpoint, plan: planWithoutProvider(checkpoint), graph: .null, createdAt: .null)
    }

    private static func object(
        _ checkpoint: Checkpoint, plan: JSONValue, graph: JSONValue, createdAt: JSONValue
    ) -> JSONValue {
        [
            "id": .string(checkpoint.id), "project_id": .string(checkpoint.projectID),
            "status": .string(checkpoint.status.rawValue), "protection_plan": plan, "resource_graph": graph,
            "created_at": createdAt, "extra_info": extraInfo(checkpoint),
        ]
    }

    private static func planWithoutProvider(_ checkpoint: Checkpoint) -> JSONValue {
        guard case .object(var plan) = checkpoint.protectionPlan else { return checkpoint.protectionPlan }
        plan["provider_id"] = nil
        return .object(plan)
    }

    /// JSON text, whichever way the bank has it.
    private static func extraInfo(_ checkpoint: Checkpoint) -> JSONValue {
        switch checkpoint.extraInfo {
        case .null, .string: checkpoint.extraInfo
        default: .string(checkpoint.extraInfo.encoded)
        }
    }
}
