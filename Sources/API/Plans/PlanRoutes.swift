import Engine
import Hummingbird
import Protection

/// `/plans`: what users want protected. Rows only; nothing here touches a checkpoint.
struct PlanRoutes {
    let configuration: APIConfiguration
    let services: APIServices

    private static let columns = ["name", "status", "description", "provider_id"]

    func add(to project: RouterGroup<ProjectScope>) {
        let plans = project.group("plans")
        plans.get(use: list)
        plans.post(use: create)
        plans.get("{plan_id}", use: show)
        plans.put("{plan_id}", use: update)
        plans.delete("{plan_id}", use: delete)
    }

    private func list(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let listing = try Listing(
            query: request.uri.query, caller: scope.caller, maxLimit: configuration.maxLimit, columns: Self.columns,
            allowed: configuration.filters.plans)
        let plans = try await services.records.plans(listing.rows(of: scope.caller))
        return listing.page("plans", plans.map(PlanPresentation.object), in: scope, lastID: plans.last?.id)
    }

    private func show(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        ["plan": PlanPresentation.object(try await plan(scope))]
    }

    private func create(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let body = try await request.field("plan", limit: configuration.limits.bodyBytes)
        let (input, providerID, parameters) = try PlanInput.new(body)
        guard let resources = input.resources else { throw body.refusal("'resources' is a required property") }
        let provider = try provider(providerID)
        try check(resources, against: provider)
        try ParameterCheck(provider: provider, schema: \.options).check(parameters)

        let plan = Plan(
            id: services.newID(), projectID: scope.caller.projectID, name: input.name ?? "",
            description: input.description, providerID: providerID, resources: resources,
            parameters: parameters, createdAt: services.time.date())
        let quota = try await QuotaLimits(configuration, services).limit(.plans, of: plan.projectID)
        let answer = { @Sendable (plan: Plan) -> JSONValue in ["plan": PlanPresentation.object(plan)] }
        try await services.records.insert(plan, quota: quota, keeping: scope.keeping(answer)?(plan))
        return answer(plan)
    }

    private func update(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        var plan = try await plan(scope)
        let input = try PlanInput(update: try await request.field("plan", limit: configuration.limits.bodyBytes))
        guard plan.status == "suspended" else {
            throw APIError(.badRequest, "A plan can only be updated while its status is 'suspended'.")
        }
        if let resources = input.resources {
            try check(resources, against: try provider(plan.providerID))
            plan.resources = resources
        }
        if let name = input.name { plan.name = name }
        if input.hasDescription { plan.description = input.description }
        if let status = input.status { plan.status = status }
        try await services.records.update(plan, at: services.time.date())
        return ["plan": PlanPresentation.object(plan)]
    }

    private func delete(_ request: Request, scope: ProjectScope) async throws -> Response {
        let plan = try await plan(scope)
        try await services.records.deletePlan(plan.id, at: services.time.date())
        return .empty
    }

    private func plan(_ scope: ProjectScope) async throws -> Plan {
        try await services.plan(try scope.id("plan_id", "plan"), for: scope.caller)
    }

    /// A plan's provider is a part of a body: what is wrong with it is the body, not the path.
    private func provider(_ id: String) throws(APIError) -> ProviderDescription {
        do {
            return try services.provider(id)
        } catch {
            throw APIError(.badRequest, "The provider could not be found.")
        }
    }

    private func check(_ resources: [Resource], against provider: ProviderDescription) throws(APIError) {
        let limit = configuration.limits.resources
        guard resources.count <= limit else {
            throw APIError(.badRequest, "A plan may have \(limit) resources, not \(resources.count).")
        }
        for resource in resources where provider.schemas[resource.type] == nil {
            throw APIError(.badRequest, "The provider \(provider.id) does not support resources of \(resource.type).")
        }
    }
}
