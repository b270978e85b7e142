import Engine
import Hummingbird
import Protection

/// `/verifications`: whether what a checkpoint stands for is still there.
struct VerificationRoutes {
    let configuration: APIConfiguration
    let services: APIServices

    private static let columns = ["status", "provider_id", "checkpoint_id"]

    func add(to project: RouterGroup<ProjectScope>) {
        let verifications = project.group("verifications")
        verifications.get(use: list)
        verifications.post(use: create)
        verifications.get("{verification_id}", use: show)
    }

    private func list(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let listing = try Listing(
            query: request.uri.query, caller: scope.caller, maxLimit: configuration.maxLimit, columns: Self.columns,
            allowed: configuration.filters.verifications)
        let rows = try await services.records.verifications(listing.rows(of: scope.caller))
        return listing.page(
            "verifications", rows.map(shown), in: scope, lastID: rows.last?.id)
    }

    private func show(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let id = try scope.id("verification_id", "verification")
        let verification = try await services.verification(id, for: scope.caller)
        return ["verification": shown(verification)]
    }

    private func shown(_ verification: Verification) -> JSONValue {
        let progress = verification.status == .inProgress ? services.progress.progress(of: verification.id) : nil
        return VerificationPresentation.object(verification).adding(progress)
    }

    private func create(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let members = try await request.field("verification", limit: configuration.limits.bodyBytes).members(
            ["provider_id", "checkpoint_id", "parameters"], required: ["provider_id", "checkpoint_id"])
        let providerID = try members.required("provider_id").uuid()
        let checkpointID = try members.required("checkpoint_id").uuid()
        let parameters = try members["parameters"]?.parameters() ?? Protection.Parameters()
        let provider = try services.provider(providerID)
        try ParameterCheck(provider: provider, schema: \.verify).check(parameters)
        let answer = { @Sendable (verification: Verification) -> JSONValue in
            ["verification": VerificationPresentation.object(verification)]
        }
        return answer(
            try await services.operations.verify(
                VerificationRequest(providerID: provider.id, checkpointID: checkpointID, parameters: parameters),
                caller: scope.caller, keeping: scope.keeping(answer)))
    }
}
