import Foundation
import Loop
import Protection

/// Limits and usage in memory.
final class MemoryQuotas: QuotaStore, ServiceStore {
    struct Rows {
        var projects: [String: [QuotaResource: Int]] = [:]
        var classes: [String: [QuotaResource: Int]] = [:]
        var usage: [String: [QuotaResource: Int]] = [:]
        var services: [ServiceRecord] = []
        var failure: StoreError?
        var writes = 0
    }

    let rows = Locked(Rows())

    func quota(of projectID: String) -> [QuotaResource: Int] { rows.withLock { $0.projects[projectID] ?? [:] } }

    func setQuota(of projectID: String, _ limits: [QuotaResource: Int]) {
        rows.withLock { rows in
            rows.projects[projectID] = limits
            rows.writes += 1
        }
    }

    func deleteQuota(of projectID: String) {
        rows.withLock { rows in
            rows.projects[projectID] = nil
            rows.writes += 1
        }
    }

    func quotaClass(_ name: String) -> [QuotaResource: Int] { rows.withLock { $0.classes[name] ?? [:] } }

    func setQuotaClass(_ name: String, _ limits: [QuotaResource: Int]) {
        rows.withLock { rows in
            rows.classes[name] = limits
            rows.writes += 1
        }
    }

    func usage(of projectID: String) -> [QuotaResource: Int] { rows.withLock { $0.usage[projectID] ?? [:] } }

    func beat(binary: String, host: String, at date: Date) {}

    func services() throws(StoreError) -> [ServiceRecord] {
        if let failure = rows.withLock(\.failure) { throw failure }
        return rows.withLock(\.services)
    }
}
