import Hummingbird
import Protection

/// `/os-services`: the processes of the service, for admins.
struct ServiceRoutes {
    let configuration: APIConfiguration
    let services: APIServices

    func add(to project: RouterGroup<ProjectScope>) {
        let processes = project.group("os-services")
        processes.get(use: list)
        processes.put("{service_id}", use: update)
    }

    private func list(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        try Policy.requireAdmin(scope.caller, for: .serviceList)
        let query = QueryItems(request.uri.query)
        let now = services.time.date()
        let rows = try await services.processes.services().filter { service in
            [(query["host"], service.host), (query["binary"], service.binary)].allSatisfy { $0 == nil || $0 == $1 }
        }
        let shown = rows.map { ServicePresentation.object($0, at: now, downTime: configuration.serviceDownTime) }
        return ["services": .array(shown)]
    }

    /// As with Karbor only the operation engine can be disabled. It is no part of this daemon, so every update is refused.
    private func update(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        try Policy.requireAdmin(scope.caller, for: .serviceUpdate)
        let id = scope.parameter("service_id")
        let members = try await request.wholeBody(limit: configuration.limits.bodyBytes)
            .members(["status", "disabled_reason"], required: ["status"])
        _ = try members.required("status").word(of: ["enabled", "disabled"])
        _ = try members["disabled_reason"]?.optionalText()
        guard let service = try await services.processes.services().first(where: { String($0.id) == id }) else {
            throw APIError(.notFound, "Service \(id.quoted(100)) could not be found.")
        }
        throw APIError(.badRequest, "Updating the status of the service \(service.binary) is not supported.")
    }
}
