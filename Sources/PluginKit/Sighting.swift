/// What a service says of one of its things when it is looked at.
package struct Sighting: Sendable, Equatable {
    /// The status of a thing that there is not, or not any more.
    package static let notFound = "not-found"

    package var id: String
    /// In the service's own word.
    package var status: String
    /// What the service says of a bad status.
    package var reason: String?
    /// By the service's clock, in a form that sorts as text.
    package var createdAt: String?
    /// In GiB.
    package var size: Int?

    package init(
        id: String, status: String, reason: String? = nil, createdAt: String? = nil, size: Int? = nil
    ) {
        self.id = id
        self.status = status
        self.reason = reason
        self.createdAt = createdAt
        self.size = size
    }

    package static func gone(_ id: String) -> Sighting { Sighting(id: id, status: notFound) }

    package var isGone: Bool { status == Self.notFound }
}
