import Engine
import Hummingbird
import OrderedCollections
import Protection

/// `/providers/{provider_id}/checkpoints`: protected plans. What is made and removed here goes on after the answer.
struct CheckpointRoutes {
    let configuration: APIConfiguration
    let services: APIServices

    func add(to project: RouterGroup<ProjectScope>) {
        let checkpoints = project.group("providers/{provider_id}/checkpoints")
        checkpoints.get(use: list)
        checkpoints.post(use: create)
        checkpoints.get("{checkpoint_id}", use: show)
        checkpoints.delete("{checkpoint_id}", use: delete)
        checkpoints.put("{checkpoint_id}", use: resetState)
        checkpoints.post("{checkpoint_id}/action", use: cancel)
    }

    private func list(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        // Karbor looks for the provider whatever its id looks like, here alone.
        let provider = try services.provider(scope.parameter("provider_id"))
        let listing = try CheckpointListing(
            query: request.uri.query, caller: scope.caller, configuration: configuration)
        let checkpoints = try await services.operations.checkpoints(
            listing.query, providerID: provider.id, caller: scope.caller)
        return listing.listing.page(
            "checkpoints", checkpoints.map(shown), in: scope, lastID: checkpoints.last?.id,
            isFilled: listing.query.isFilled(by: checkpoints))
    }

    private func create(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let provider = try services.provider(try scope.id("provider_id", "provider"))
        let members = try await request.field("checkpoint", limit: configuration.limits.bodyBytes)
            .members(["plan_id", "extra-info", "extra_info"], required: ["plan_id"])
        let planID = try members.required("plan_id").uuid()
        var extraInfo: OrderedDictionary<String, JSONValue> = ["created_by": "manual"]
        // The one is what Karbor's schema and its client say, the other what its documentation says.
        for name in ["extra-info", "extra_info"] {
            extraInfo.merge(try members[name]?.metadata() ?? [:], uniquingKeysWith: { $1 })
        }
        // Who made it is ours to say. The operation engine, which makes checkpoints over this API too, knows its own by it.
        if extraInfo["created_by"] != "operation-engine" { extraInfo["created_by"] = "manual" }
        let plan = try await plan(planID, of: scope.caller)
        guard plan.providerID == provider.id else {
            throw APIError(
                .badRequest, "Invalid input received: the provider is not the one of the plan \(plan.id).")
        }
        let quota = try await QuotaLimits(configuration, services).limit(.checkpoints, of: plan.projectID)
        let answer = { @Sendable (checkpoint: Checkpoint) -> JSONValue in
            ["checkpoint": CheckpointPresentation.created(checkpoint)]
        }
        return answer(
            try await services.operations.protect(
                plan, extraInfo: .object(extraInfo), quota: quota, caller: scope.caller, keeping: scope.keeping(answer))
        )
    }

    private func show(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let (provider, id) = try ids(scope)
        let checkpoint = try await services.operations.checkpoint(id, providerID: provider.id, caller: scope.caller)
        return ["checkpoint": shown(checkpoint)]
    }

    private func shown(_ checkpoint: Checkpoint) -> JSONValue {
        let isUnderWay = checkpoint.status == .protecting || checkpoint.status == .deleting
        return CheckpointPresentation.shown(
            checkpoint, progress: isUnderWay ? services.progress.progress(of: checkpoint.id) : nil)
    }

    private func delete(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let (provider, id) = try ids(scope)
        try await services.operations.delete(checkpointID: id, providerID: provider.id, caller: scope.caller)
        return [:]
    }

    private func resetState(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let (provider, id) = try ids(scope)
        let state = try await request.field("os-resetState", limit: configuration.limits.bodyBytes)
            .members(["state"], required: ["state"]).required("state").word(of: ["available", "error"])
        try await services.operations.resetState(
            checkpointID: id, providerID: provider.id, to: state == "available" ? .available : .error,
            caller: scope.caller)
        return [:]
    }

    private func cancel(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let (provider, id) = try ids(scope)
        try await request.checkCancel(limit: configuration.limits.bodyBytes)
        try await services.operations.cancelProtect(checkpointID: id, providerID: provider.id, caller: scope.caller)
        return [:]
    }

    private func ids(_ scope: ProjectScope) throws -> (provider: ProviderDescription, checkpoint: String) {
        let provider = try scope.id("provider_id", "provider")
        let checkpoint = try scope.id("checkpoint_id", "checkpoint")
        return (try services.provider(provider), checkpoint)
    }

    /// The plan must be the caller's own project's, also for an admin: the checkpoint will be that project's.
    private func plan(_ id: String, of caller: Caller) async throws -> Plan {
        let plan = try await services.plan(id, for: caller)
        guard plan.projectID == caller.projectID else {
            throw APIError(.notFound, "Plan \(id) could not be found.")
        }
        return plan
    }
}
