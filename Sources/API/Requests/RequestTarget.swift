import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore

/// Where a request is meant to go, in the one form that is routed.
///
/// Clients may write `.json` after a path, and a catalogue may name the service under `/data-protect`, as behind a web
/// server. Both are taken away here, so that there is one set of routes. Whether a caller must be known is decided on the
/// same form that is routed.
struct RequestTarget: Sendable, Equatable {
    static let prefix = "data-protect"

    /// `/v1/<project>/plans`, without the prefix and the suffix, without doubled slashes.
    let path: String
    let query: String?
    let hasPrefix: Bool

    init(_ uri: URI) {
        var parts = uri.path.split(separator: "/", omittingEmptySubsequences: true)
        hasPrefix = parts.first.map { $0 == Self.prefix } ?? false
        if hasPrefix { parts.removeFirst() }
        if let last = parts.last, last.hasSuffix(".json"), last.utf8.count > 5 {
            parts[parts.count - 1] = last.dropLast(5)
        }
        path = "/" + parts.joined(separator: "/")
        query = uri.query
    }

    /// Everything of version 1, routed or not: an unknown path tells nothing to whoever is not known.
    var needsCaller: Bool { path == "/v1" || path.hasPrefix("/v1/") }

    /// The request as it is routed.
    func applied(to request: Request) -> Request {
        var head = request.head
        head.path = query.map { path + "?" + $0 } ?? path
        return Request(head: head, body: request.body)
    }
}
