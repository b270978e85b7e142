import Hummingbird
import Protection

/// `/quotas/{project}` and `/quota_classes/{name}`: how many plans and checkpoints a project may have.
struct QuotaRoutes {
    private let services: APIServices
    private let bodyLimit: Int
    private let limits: QuotaLimits

    init(configuration: APIConfiguration, services: APIServices) {
        self.services = services
        bodyLimit = configuration.limits.bodyBytes
        limits = QuotaLimits(configuration, services)
    }

    func add(to project: RouterGroup<ProjectScope>) {
        let quotas = project.group("quotas/{quota_id}")
        quotas.get(use: show)
        quotas.get("defaults", use: defaults)
        quotas.get("detail", use: detail)
        quotas.put(use: update)
        quotas.delete(use: delete)
        let classes = project.group("quota_classes/{class_name}")
        classes.get(use: showClass)
        classes.put(use: updateClass)
    }

    private func show(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let id = try readableID(scope)
        return ["quota": QuotaPresentation.limits(try await limits.limits(of: id), id: id)]
    }

    private func defaults(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let id = try readableID(scope)
        return ["quota": QuotaPresentation.limits(try await limits.defaults(), id: id)]
    }

    private func detail(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let id = try readableID(scope)
        let usage = try await services.quotas.usage(of: id)
        return ["quota": QuotaPresentation.detail(try await limits.limits(of: id), usage: usage, id: id)]
    }

    private func update(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        try Policy.requireAdmin(scope.caller, for: .quotaUpdate)
        let id = try scope.id("quota_id", "quota")
        let changes = try QuotaInput.limits(try await request.field("quota", limit: bodyLimit))
        let own = try await services.quotas.quota(of: id).merging(changes) { $1 }
        try await services.quotas.setQuota(of: id, own)
        return ["quota": QuotaPresentation.limits(try await limits.limits(of: id), id: id)]
    }

    private func delete(_ request: Request, scope: ProjectScope) async throws -> Response {
        try Policy.requireAdmin(scope.caller, for: .quotaDelete)
        try await services.quotas.deleteQuota(of: try scope.id("quota_id", "quota"))
        return .empty
    }

    private func showClass(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let name = try className(scope)
        return ["quota_class": QuotaPresentation.limits(try await limits.limits(ofClass: name), id: name)]
    }

    private func updateClass(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        try Policy.requireAdmin(scope.caller, for: .quotaClassUpdate)
        let name = try className(scope)
        let changes = try QuotaInput.limits(try await request.field("quota_class", limit: bodyLimit))
        let own = try await services.quotas.quotaClass(name).merging(changes) { $1 }
        try await services.quotas.setQuotaClass(name, own)
        return ["quota_class": QuotaPresentation.limits(try await limits.limits(ofClass: name), id: name)]
    }

    /// Whose quota is asked for. There is no such thing as an unknown project here: every id has the defaults.
    private func readableID(_ scope: ProjectScope) throws(APIError) -> String {
        let id = try scope.id("quota_id", "quota")
        try Policy.requireAdminOrOwner(scope.caller, of: id, for: .quotaGet)
        return id
    }

    private func className(_ scope: ProjectScope) throws(APIError) -> String {
        let name = scope.parameter("class_name")
        guard (1...255).contains(name.utf8.count) else {
            throw APIError(.badRequest, "Invalid quota class name provided.")
        }
        return name
    }
}
