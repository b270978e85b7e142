/// Limits that differ from the configured ones, and what is in use: counted from the rows, never kept beside them.
package protocol QuotaStore: Sendable {
    func quota(of projectID: String) async throws(StoreError) -> [QuotaResource: Int]
    func setQuota(of projectID: String, _ limits: [QuotaResource: Int]) async throws(StoreError)
    func deleteQuota(of projectID: String) async throws(StoreError)
    func quotaClass(_ name: String) async throws(StoreError) -> [QuotaResource: Int]
    func setQuotaClass(_ name: String, _ limits: [QuotaResource: Int]) async throws(StoreError)
    func usage(of projectID: String) async throws(StoreError) -> [QuotaResource: Int]
}
