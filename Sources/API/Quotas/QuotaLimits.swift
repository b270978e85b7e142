import Protection

/// How much a project may have: what is set for it, else for the class `default`, else what the configuration says.
struct QuotaLimits: Sendable {
    static let defaultClass = "default"

    private let configured: [QuotaResource: Int]
    private let store: any QuotaStore

    init(_ configuration: APIConfiguration, _ services: APIServices) {
        configured = [.plans: configuration.quotaPlans, .checkpoints: configuration.quotaCheckpoints]
        store = services.quotas
    }

    func limit(_ resource: QuotaResource, of projectID: String) async throws(StoreError) -> Int {
        try await limits(of: projectID)[resource] ?? -1
    }

    func limits(of projectID: String) async throws(StoreError) -> [QuotaResource: Int] {
        let own = try await store.quota(of: projectID)
        return try await defaults().merging(own) { $1 }
    }

    func defaults() async throws(StoreError) -> [QuotaResource: Int] {
        try await limits(ofClass: Self.defaultClass)
    }

    func limits(ofClass name: String) async throws(StoreError) -> [QuotaResource: Int] {
        configured.merging(try await store.quotaClass(name)) { $1 }
    }
}
