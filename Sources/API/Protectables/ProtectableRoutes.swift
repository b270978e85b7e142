import Engine
import Hummingbird
import Protection

/// `/protectables`: what could be protected, and what there is of it in the caller's project.
struct ProtectableRoutes {
    let configuration: APIConfiguration
    let services: APIServices

    func add(to project: RouterGroup<ProjectScope>) {
        let protectables = project.group("protectables")
        protectables.get(use: list)
        protectables.get("{type}", use: show)
        protectables.get("{type}/instances", use: instances)
        protectables.get("{type}/instances/{instance_id}", use: instance)
    }

    private func list(_ request: Request, scope: ProjectScope) -> JSONValue {
        ["protectable_type": .array(services.protectables.types.map { .string($0.type.rawValue) })]
    }

    private func show(_ request: Request, scope: ProjectScope) throws -> JSONValue {
        ["protectable_type": ProtectablePresentation.type(try type(scope))]
    }

    private func instances(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let type = try type(scope).type
        let listing = try Listing(
            query: request.uri.query, caller: scope.caller, maxLimit: configuration.maxLimit, columns: [], allowed: [])
        let all = try await services.protectables.instances(
            of: type, parameters: try Self.parameters(QueryItems(request.uri.query)), caller: scope.caller)
        let instances = try listing.slice(all, id: \.resource.id)
        let rows = instances.map(ProtectablePresentation.instance)
        return listing.page("instances", rows, in: scope, lastID: instances.last?.resource.id)
    }

    private func instance(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let key = ResourceKey(type: try type(scope).type, id: try scope.id("instance_id", "protectable instance"))
        let instance = try await services.protectables.instance(
            key, parameters: try Self.parameters(QueryItems(request.uri.query)), caller: scope.caller)
        return ["instance": ProtectablePresentation.instance(instance)]
    }

    private func type(_ scope: ProjectScope) throws(APIError) -> ProtectableType {
        let name = scope.parameter("type")
        guard let type = services.protectables.types.first(where: { $0.type.rawValue == name }) else {
            throw APIError(.badRequest, "The protectable type '\(name.quoted(100))' is not known.")
        }
        return type
    }

    /// `parameters={'name': 'value'}`, a dictionary as Python writes it, as Karbor's client sends one.
    private static func parameters(_ query: QueryItems) throws(APIError) -> JSONValue {
        guard let text = query["parameters"], !text.isEmpty else { return [:] }
        guard let value = PythonLiteral.parse(text), value.object != nil else {
            throw APIError(.badRequest, "The parameters must be a dictionary when listing instances.")
        }
        return value
    }
}
