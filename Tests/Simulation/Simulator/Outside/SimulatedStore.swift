import FoundationEssentials
import Protection
import Store
import Telemetry

/// The real store, as one life reaches it: by the desk, where its calls may also fail.
struct SimulatedStore: OperationStore, RecordStore, StepJournal, TrustStore {
    let store: SQLiteStore
    let desk: StoreDesk

    // MARK: - OperationStore

    func admit(_ admission: Admission) async throws(StoreError) {
        let name =
            "admit \(admission.operation.id) \(admission.operation.kind.rawValue) \(admission.operation.checkpointID)"
        try await desk.call(name) { [store] () throws(StoreError) in try await store.admit(admission) }
    }

    func retract(_ operationID: String) async throws(StoreError) {
        try await desk.call("retract \(operationID)") { [store] () throws(StoreError) in
            try await store.retract(operationID)
        }
    }

    func unfinished() async throws(StoreError) -> UnfinishedOperations {
        try await desk.call("unfinished", writes: false) { [store] () throws(StoreError) in
            try await store.unfinished()
        }
    }

    func context(of operationID: String) async throws(StoreError) -> Secret<[UInt8]> {
        try await desk.call("context \(operationID)", writes: false) { [store] () throws(StoreError) in
            try await store.context(of: operationID)
        }
    }

    func plan(of operationID: String) async throws(StoreError) -> Plan {
        try await desk.call("plan of \(operationID)", writes: false) { [store] () throws(StoreError) in
            try await store.plan(of: operationID)
        }
    }

    func unfinished(onCheckpoint id: String) async throws(StoreError) -> [Protection.Operation] {
        try await desk.call("unfinished on \(id)", writes: false) { [store] () throws(StoreError) in
            try await store.unfinished(onCheckpoint: id)
        }
    }

    func cancel(_ operationID: String, at date: Date) async throws(StoreError) -> Bool {
        try await desk.call("cancel \(operationID)") { [store] () throws(StoreError) in
            try await store.cancel(operationID, at: date)
        }
    }

    @discardableResult
    func begin(
        _ operationID: String, status: String, at date: Date
    ) async throws(StoreError) -> Protection.Operation {
        try await desk.call("begin \(operationID)") { [store] () throws(StoreError) in
            try await store.begin(operationID, status: status, at: date)
        }
    }

    func report(
        _ operationID: String, extraInfo: JSONValue, resources: ResourceReport?
    ) async throws(StoreError) {
        try await desk.call("report \(operationID)") { [store] () throws(StoreError) in
            try await store.report(operationID, extraInfo: extraInfo, resources: resources)
        }
    }

    func conclude(_ conclusion: Conclusion) async throws(StoreError) {
        let name = "conclude \(conclusion.operationID) \(conclusion.status) \(conclusion.errorInfo ?? "")"
        try await desk.call(name) { [store] () throws(StoreError) in try await store.conclude(conclusion) }
    }

    func abandon(_ operationID: String, errorInfo: String, at date: Date) async throws(StoreError) {
        try await desk.call("abandon \(operationID)") { [store] () throws(StoreError) in
            try await store.abandon(operationID, errorInfo: errorInfo, at: date)
        }
    }

    func ownerID() async throws(StoreError) -> String {
        try await desk.call("owner", writes: false) { [store] () throws(StoreError) in try await store.ownerID() }
    }

    // MARK: - StepJournal

    func steps(of operationID: String) async throws(StoreError) -> [StepRecord] {
        try await desk.call("steps \(operationID)", writes: false) { [store] () throws(StoreError) in
            try await store.steps(of: operationID)
        }
    }

    func begin(_ step: StepRecord) async throws(StoreError) {
        try await desk.call("begin \(step.operationID) \(step.path)") { [store] () throws(StoreError) in
            try await store.begin(step)
        }
    }

    func finish(operationID: String, path: String, result: [UInt8]) async throws(StoreError) {
        try await desk.call("finish \(operationID) \(path)") { [store] () throws(StoreError) in
            try await store.finish(operationID: operationID, path: path, result: result)
        }
    }

    // MARK: - TrustStore

    func begin(_ trust: TrustRecord) async throws(StoreError) {
        try await desk.call("begin trust \(trust.operationID)") { [store] () throws(StoreError) in
            try await store.begin(trust)
        }
    }

    func finishTrust(of operationID: String, trustID: String) async throws(StoreError) {
        try await desk.call("finish trust \(operationID)") { [store] () throws(StoreError) in
            try await store.finishTrust(of: operationID, trustID: trustID)
        }
    }

    func superfluousTrusts() async throws(StoreError) -> [TrustRecord] {
        try await desk.call("superfluous trusts", writes: false) { [store] () throws(StoreError) in
            try await store.superfluousTrusts()
        }
    }

    func forgetTrust(of operationID: String) async throws(StoreError) {
        try await desk.call("forget trust \(operationID)") { [store] () throws(StoreError) in
            try await store.forgetTrust(of: operationID)
        }
    }

    // MARK: - RecordStore

    func insert(_ plan: Plan, quota: Int, keeping answer: KeptAnswer?) async throws(StoreError) {
        try await desk.call("insert plan") { [store] () throws(StoreError) in
            try await store.insert(plan, quota: quota, keeping: answer)
        }
    }

    func plan(_ id: String) async throws(StoreError) -> Plan {
        try await desk.call("plan", writes: false) { [store] () throws(StoreError) in try await store.plan(id) }
    }

    func plans(_ query: ListQuery) async throws(StoreError) -> [Plan] {
        try await desk.call("plans", writes: false) { [store] () throws(StoreError) in try await store.plans(query) }
    }

    func update(_ plan: Plan, at date: Date) async throws(StoreError) {
        try await desk.call("update plan") { [store] () throws(StoreError) in try await store.update(plan, at: date) }
    }

    func deletePlan(_ id: String, at date: Date) async throws(StoreError) {
        try await desk.call("delete plan") { [store] () throws(StoreError) in
            try await store.deletePlan(id, at: date)
        }
    }

    func restore(_ id: String) async throws(StoreError) -> Restore {
        try await desk.call("restore \(id)", writes: false) { [store] () throws(StoreError) in
            try await store.restore(id)
        }
    }

    func restores(_ query: ListQuery) async throws(StoreError) -> [Restore] {
        try await desk.call("restores", writes: false) { [store] () throws(StoreError) in
            try await store.restores(query)
        }
    }

    func verification(_ id: String) async throws(StoreError) -> Verification {
        try await desk.call("verification \(id)", writes: false) { [store] () throws(StoreError) in
            try await store.verification(id)
        }
    }

    func verifications(_ query: ListQuery) async throws(StoreError) -> [Verification] {
        try await desk.call("verifications", writes: false) { [store] () throws(StoreError) in
            try await store.verifications(query)
        }
    }

    func operationLog(_ id: String) async throws(StoreError) -> OperationLog {
        try await desk.call("log \(id)", writes: false) { [store] () throws(StoreError) in
            try await store.operationLog(id)
        }
    }

    func operationLogs(_ query: ListQuery) async throws(StoreError) -> [OperationLog] {
        try await desk.call("logs", writes: false) { [store] () throws(StoreError) in
            try await store.operationLogs(query)
        }
    }
}
