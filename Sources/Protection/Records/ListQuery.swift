/// Which rows of a collection to list, and in which order.
package struct ListQuery: Sendable {
    package struct Sort: Sendable, Equatable {
        package var key: String
        package var isDescending: Bool

        package init(key: String, isDescending: Bool) {
            self.key = key
            self.isDescending = isDescending
        }
    }

    /// Nil lists the rows of all projects.
    package var projectID: String?
    /// Column to value; equal, but for a plan's `name` and `description`, which match as regular expressions.
    package var filters: [String: String]
    /// Followed by `created_at` and `id` in the first one's direction. An unknown key is `.invalidQuery`.
    package var sort: [Sort]
    /// The id of the row after which to begin; one that does not exist is `.notFound`.
    package var marker: String?
    package var limit: Int
    package var offset: Int

    package init(
        projectID: String?, filters: [String: String] = [:],
        sort: [Sort] = [Sort(key: "created_at", isDescending: true)], marker: String? = nil, limit: Int,
        offset: Int = 0
    ) {
        self.projectID = projectID
        self.filters = filters
        self.sort = sort
        self.marker = marker
        self.limit = limit
        self.offset = offset
    }
}
