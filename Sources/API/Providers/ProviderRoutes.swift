import Engine
import Hummingbird
import Protection

/// `/providers`: where and how plans can be protected. The same for all callers.
struct ProviderRoutes {
    let configuration: APIConfiguration
    let services: APIServices

    func add(to project: RouterGroup<ProjectScope>) {
        let providers = project.group("providers")
        providers.get(use: list)
        providers.get("{provider_id}", use: show)
    }

    /// Sorted by id, whatever order is asked for, so that a marker means something.
    private func list(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let listing = try Listing(
            query: request.uri.query, caller: scope.caller, maxLimit: configuration.maxLimit,
            columns: ["id", "name", "description"], allowed: configuration.filters.providers)
        let matching = services.providers.filter { provider in
            listing.filters.allSatisfy { name, value in
                switch name {
                case "id": provider.id == value
                case "name": provider.name == value
                default: provider.description == value
                }
            }
        }
        let providers = try listing.slice(matching, id: \.id)
        return listing.page(
            "providers", providers.map(ProviderPresentation.object), in: scope, lastID: providers.last?.id)
    }

    private func show(_ request: Request, scope: ProjectScope) async throws -> JSONValue {
        let provider = try services.provider(try scope.id("provider_id", "provider"))
        return ["provider": ProviderPresentation.object(provider)]
    }
}
