import Engine
import Hummingbird
import Protection

/// `/restores`: checkpoints brought back.
struct RestoreRoutes {
    let configuration: APIConfiguration
    let services: APIServices

    private static let columns = ["status", "provider_id", "checkpoint_id"]

    func add(to project: RouterGroup<ProjectScope>) {
        let restores = project.group("restores")
        restores.get(use: list)
        restores.post(use: create)
        restores.get("{restore_id}", use: show)
        restores.post("{restore_id}/action", use: cancel)
    }

    private func list(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let listing = try Listing(
            query: request.uri.query, caller: scope.caller, maxLimit: configuration.maxLimit, columns: Self.columns,
            allowed: configuration.filters.restores)
        let restores = try await services.records.restores(listing.rows(of: scope.caller))
        return listing.page("restores", restores.map(shown), in: scope, lastID: restores.last?.id)
    }

    private func show(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let restore = try await services.restore(try scope.id("restore_id", "restore"), for: scope.caller)
        return ["restore": shown(restore)]
    }

    private func shown(_ restore: Restore) -> JSONValue {
        let progress = restore.status == .inProgress ? services.progress.progress(of: restore.id) : nil
        return RestorePresentation.object(restore).adding(progress)
    }

    private func cancel(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let restore = try await services.restore(try scope.id("restore_id", "restore"), for: scope.caller)
        try await request.checkCancel(limit: configuration.limits.bodyBytes)
        try await services.operations.cancel(restore, caller: scope.caller)
        return [:]
    }

    private func create(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let members = try await request.field("restore", limit: configuration.limits.bodyBytes).members(
            ["provider_id", "checkpoint_id", "restore_target", "restore_auth", "parameters"],
            required: ["provider_id", "checkpoint_id", "parameters"])
        let providerID = try members.required("provider_id").uuid()
        let checkpointID = try members.required("checkpoint_id").uuid()
        let target = try members["restore_target"]?.optionalText()
        // Checked as Karbor's is; nothing logs in to another cloud, so nobody needs it.
        try members["restore_auth"]?.checkSecretMetadata()
        let parameters = try members.required("parameters").parameters()
        let provider = try services.provider(providerID)
        try ParameterCheck(provider: provider, schema: \.restore).check(parameters)
        let answer = { @Sendable (restore: Restore) -> JSONValue in ["restore": RestorePresentation.object(restore)] }
        return answer(
            try await services.operations.restore(
                RestoreRequest(
                    providerID: provider.id, checkpointID: checkpointID, restoreTarget: target,
                    parameters: parameters), caller: scope.caller, keeping: scope.keeping(answer)))
    }
}

extension Field {
    /// Metadata that holds a password: no refusal quotes it.
    fileprivate func checkSecretMetadata() throws(APIError) {
        do {
            _ = try metadata()
        } catch {
            throw APIError(.badRequest, "Invalid input for field/attribute \(name). It must be an object of texts.")
        }
    }
}
