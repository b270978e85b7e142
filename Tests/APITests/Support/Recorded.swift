import Foundation
import OrderedCollections
import Protection

@testable import API

/// Domain values out of recorded answers.
extension Resource {
    init(recorded: JSONValue) {
        self.init(
            type: ResourceType(rawValue: recorded["type"]?.string ?? ""), id: recorded["id"]?.string ?? "",
            name: recorded["name"]?.string ?? "", extraInfo: recorded["extra_info"] ?? .null)
    }
}

extension ResourceReport {
    init(recorded: JSONValue?) {
        let texts = { (key: String) in
            (recorded?[key]?.object ?? [:]).mapValues { $0.string ?? "" }
        }
        self.init(status: texts("resources_status"), reason: texts("resources_reason"))
    }
}

extension OperationLog {
    init(recorded: JSONValue) {
        let date = { (key: String) in
            recorded[key]?.string.flatMap { try? Date($0.prefix(19) + "Z", strategy: .iso8601) }
        }
        self.init(
            id: recorded["id"]?.string ?? "", projectID: FakeCallers.project,
            operationType: recorded["operation_type"]?.string ?? "", checkpointID: recorded["checkpoint_id"]?.string,
            planID: recorded["plan_id"]?.string, providerID: recorded["provider_id"]?.string,
            restoreID: recorded["restore_id"]?.string, status: recorded["status"]?.string ?? "",
            startedAt: date("started_at"), endedAt: date("ended_at"), createdAt: date("started_at") ?? Date())
    }
}

extension FakeOperations {
    /// Moves a checkpoint to the state in which it was recorded.
    func become(_ recorded: JSONValue?) {
        state.withLock { state in
            guard let index = state.checkpoints.firstIndex(where: { $0.id == recorded?["id"]?.string }) else { return }
            state.checkpoints[index].resourceGraph = recorded?["resource_graph"]?.string
            if let status = recorded?["status"]?.string.flatMap(CheckpointStatus.init) {
                state.checkpoints[index].status = status
            }
        }
    }
}

extension JSONValue {
    /// The value without the members of that name, at any depth.
    func removing(_ name: String) -> JSONValue {
        switch self {
        case .object(let members):
            .object(members.filter { $0.key != name }.mapValues { $0.removing(name) })
        case .array(let values): .array(values.map { $0.removing(name) })
        default: self
        }
    }
}
