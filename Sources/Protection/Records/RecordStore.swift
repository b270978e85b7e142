package import FoundationEssentials

/// The rows that users read and write: plans, restores, verifications, operation logs.
///
/// Contract: whatever returns has reached the disk. A row that does not exist, or was deleted, is `.notFound`.
/// Whether the caller may see it is the API's business.
package protocol RecordStore: Sendable {
    /// Throws `.quotaExceeded` where the project has `quota` plans already; a negative quota is without limit.
    func insert(_ plan: Plan, quota: Int) async throws(StoreError)
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

/// The two things that are counted.
package enum QuotaResource: String, Sendable, CaseIterable {
    case plans, checkpoints
}

/// Limits that differ from the configured ones, and what is in use: counted from the rows, never kept beside them.
package protocol QuotaStore: Sendable {
    func quota(of projectID: String) async throws(StoreError) -> [QuotaResource: Int]
    func setQuota(of projectID: String, _ limits: [QuotaResource: Int]) async throws(StoreError)
    func deleteQuota(of projectID: String) async throws(StoreError)
    func quotaClass(_ name: String) async throws(StoreError) -> [QuotaResource: Int]
    func setQuotaClass(_ name: String, _ limits: [QuotaResource: Int]) async throws(StoreError)
    func usage(of projectID: String) async throws(StoreError) -> [QuotaResource: Int]
}

/// One process of the service, as `os-services` lists it.
package struct ServiceRecord: Sendable, Equatable {
    package var id: Int64
    package var binary: String
    package var host: String
    package var isDisabled: Bool
    package var disabledReason: String?
    package var createdAt: Date
    package var updatedAt: Date?

    package init(
        id: Int64, binary: String, host: String, isDisabled: Bool, disabledReason: String?, createdAt: Date,
        updatedAt: Date?
    ) {
        self.id = id
        self.binary = binary
        self.host = host
        self.isDisabled = isDisabled
        self.disabledReason = disabledReason
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

package protocol ServiceStore: Sendable {
    /// The heartbeat of the process `binary` on `host`; makes its row the first time.
    func beat(binary: String, host: String, at date: Date) async throws(StoreError)
    func services() async throws(StoreError) -> [ServiceRecord]
}
