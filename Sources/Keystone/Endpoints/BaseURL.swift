import FoundationEssentials

/// Where a service is: scheme, authority, and the path under which everything of it lies.
package struct BaseURL: Sendable, Hashable {
    package let scheme: String
    package let authority: String
    /// Percent-encoded; empty, or begins with `/` and does not end with one.
    package let path: String

    /// Nil unless it is `http` or `https` with a host. A query or fragment is dropped, as is a user's name.
    package init?(_ text: String) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.encodedHost, !host.isEmpty
        else { return nil }
        self.scheme = scheme
        let isUsualPort = parts.port == nil || parts.port == (scheme == "http" ? 80 : 443)
        authority = host.lowercased() + (isUsualPort ? "" : ":\(parts.port ?? 0)")
        path = Self.trimmed(parts.percentEncodedPath)
    }

    private init(scheme: String, authority: String, path: String) {
        self.scheme = scheme
        self.authority = authority
        self.path = Self.trimmed(path)
    }

    /// The same place, further down. `path` is percent-encoded.
    package func appending(_ path: String) -> BaseURL {
        BaseURL(scheme: scheme, authority: authority, path: self.path + "/" + path)
    }

    /// The same origin with another path.
    package func with(path: String) -> BaseURL {
        BaseURL(scheme: scheme, authority: authority, path: path)
    }

    package var segments: [Substring] { path.split(separator: "/") }

    private static func trimmed(_ path: String) -> String {
        let path = path.hasPrefix("/") || path.isEmpty ? path : "/" + path
        guard path.hasSuffix("/") else { return path }
        return String(path.prefix(path.count - path.reversed().prefix { $0 == "/" }.count))
    }
}

extension BaseURL: CustomStringConvertible {
    package var description: String { "\(scheme)://\(authority)\(path)" }
}
