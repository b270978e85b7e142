import Hummingbird
import Protection

/// `/operation_logs`: what was done, and why it failed. Written by the engine, read here.
struct OperationLogRoutes {
    let configuration: APIConfiguration
    let services: APIServices

    private static let columns = [
        "checkpoint_id", "plan_id", "provider_id", "restore_id", "scheduled_operation_id", "status", "operation_type",
    ]

    func add(to project: RouterGroup<ProjectScope>) {
        let logs = project.group("operation_logs")
        logs.get(use: list)
        logs.get("{operation_log_id}", use: show)
    }

    private func list(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let listing = try Listing(
            query: request.uri.query, caller: scope.caller, maxLimit: configuration.maxLimit, columns: Self.columns,
            allowed: configuration.filters.operationLogs)
        let logs = try await services.records.operationLogs(listing.rows(of: scope.caller))
        return listing.page(
            "operation_logs", logs.map(OperationLogPresentation.object), in: scope, lastID: logs.last?.id)
    }

    private func show(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let id = try scope.id("operation_log_id", "operation log")
        return [
            "operation_log": OperationLogPresentation.object(try await services.operationLog(id, for: scope.caller))
        ]
    }
}
