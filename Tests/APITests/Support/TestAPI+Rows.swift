import Foundation
import Protection

@testable import API

/// Things that are there before a test begins.
extension TestAPI {
    /// An id that nothing has.
    static let unknown = "00000000-0000-0000-0000-000000000000"
    static let volume = "248066a4-b709-4412-82a6-767fb45efcc8"

    @discardableResult
    func addPlan(
        id: String = UUID().uuidString.lowercased(), project: String = FakeCallers.project, name: String = "plan",
        volume: String = TestAPI.volume, provider: String = FakeProviders.infra, status: String = "suspended",
        age: TimeInterval = 0
    ) -> Plan {
        let resource = Resource(
            type: .volume, id: volume, name: "data-1", extraInfo: ["availability_zone": "nova"])
        let plan = Plan(
            id: id, projectID: project, name: name, description: nil, providerID: provider, status: status,
            resources: [resource], parameters: Parameters(), createdAt: time.date() - age)
        records.rows.withLock { $0.plans.append(plan) }
        return plan
    }

    @discardableResult
    func addCheckpoint(
        id: String = UUID().uuidString.lowercased(), planID: String = UUID().uuidString.lowercased(),
        project: String = FakeCallers.project, name: String = "plan", volume: String = TestAPI.volume,
        provider: String = FakeProviders.infra, status: CheckpointStatus = .available
    ) throws -> Checkpoint {
        let plan = addPlan(id: planID, project: project, name: name, volume: volume, provider: provider)
        var checkpoint = Checkpoint(
            id: id, plan: plan, ownerID: "owner", extraInfo: .string("{\"created_by\": \"manual\"}"), at: time.date())
        checkpoint.status = status
        operations.state.withLock { $0.checkpoints.append(checkpoint) }
        return checkpoint
    }

    @discardableResult
    func addRestore(
        project: String = FakeCallers.project, status: RestoreStatus = .success, age: TimeInterval = 0
    ) -> Restore {
        let restore = Restore(
            id: UUID().uuidString.lowercased(), projectID: project, providerID: FakeProviders.infra,
            checkpointID: UUID().uuidString.lowercased(), restoreTarget: nil, parameters: Parameters(),
            status: status, createdAt: time.date() - age)
        records.rows.withLock { $0.restores.append(restore) }
        return restore
    }

    @discardableResult
    func addLog(project: String = FakeCallers.project, status: String = "success") -> OperationLog {
        let log = OperationLog(
            id: UUID().uuidString.lowercased(), projectID: project, operationType: "protect", checkpointID: nil,
            providerID: nil, status: status, createdAt: time.date())
        records.rows.withLock { $0.logs.append(log) }
        return log
    }
}
