import Hummingbird

/// Hummingbird's word for a route that there is not, put into ours.
struct UnknownRoute: RouterMiddleware {
    func handle(
        _ request: Request, context: RequestScope, next: (Request, RequestScope) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            throw APIError.unknownRoute
        }
    }
}
