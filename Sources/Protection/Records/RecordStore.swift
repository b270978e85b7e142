package import FoundationEssentials

/// The rows that users read and write: plans, restores, verifications, operation logs.
///
/// Contract: whatever returns has reached the disk. A row that does not exist, or was deleted, is `.notFound`.
/// Whether the caller may see it is the API's business.
package protocol RecordStore: Sendable {
    /// Throws `.quotaExceeded` where the project has `quota` plans already; a negative quota is without limit.
    /// - Parameter answer: written with it, in one transaction.
    func insert(_ plan: Plan, quota: Int, keeping answer: KeptAnswer?) async throws(StoreError)
    func plan(_ id: String) async throws(StoreError) -> Plan
    func plans(_ query: ListQuery) async throws(StoreError) -> [Plan]
    /// Writes name, description, status and resources.
    func update(_ plan: Plan, at date: Date) async throws(StoreError)
    func deletePlan(_ id: String, at date: Date) async throws(StoreError)

    func restore(_ id: String) async throws(StoreError) -> Restore
    func restores(_ query: ListQuery) async throws(StoreError) -> [Restore]
    func verification(_ id: String) async throws(StoreError) -> Verification
    func verifications(_ query: ListQuery) async throws(StoreError) -> [Verification]
    func operationLog(_ id: String) async throws(StoreError) -> OperationLog
    func operationLogs(_ query: ListQuery) async throws(StoreError) -> [OperationLog]
}

extension RecordStore {
    package func insert(_ plan: Plan, quota: Int) async throws(StoreError) {
        try await insert(plan, quota: quota, keeping: nil)
    }
}
