/// For whom an endpoint of a service is.
package enum EndpointInterface: String, Sendable, Hashable, CaseIterable {
    case `public`, `internal`, admin

    /// `public` and `publicURL` are the same.
    package init?(_ text: String) {
        let name = text.hasSuffix("URL") ? String(text.dropLast(3)) : text
        self.init(rawValue: name)
    }
}
