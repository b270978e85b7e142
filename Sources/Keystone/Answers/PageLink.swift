import FoundationEssentials

/// The `next` link of a page in a list.
///
/// Only its query is ever used, at the place where the list was read before: what a service believes of its own address
/// is often wrong behind a proxy, and tokens follow no link to another origin.
package struct PageLink: Sendable, Equatable {
    /// Percent-encoded, and not empty.
    package let query: String

    /// Nil if `link` is no URL or has no query.
    package init?(_ link: String) {
        guard let query = URLComponents(string: link)?.percentEncodedQuery, !query.isEmpty else { return nil }
        self.query = query
    }
}
