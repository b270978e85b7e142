/// How the things of one collection of a service are looked at, with one operation's client.
///
/// Operations of a project that wait for things of the same collection are served by one look, made by any of their clients.
/// Nothing in it repeats a request or waits for anything but its answer.
package struct WatchedCollection: Sendable {
    package typealias Visit = @Sendable ([Sighting]) -> Bool

    /// The same for all operations, and of no other collection: `volumev3/backups`.
    package let name: String
    /// Shows the project's list page by page, newest first, in pages of at most `limit`, until it ends or `visit` says no.
    package let list: @Sendable (_ limit: Int, _ visit: @escaping Visit) async throws -> Void
    /// Looks at one; what there is not is `Sighting.gone`.
    package let get: @Sendable (_ id: String) async throws -> Sighting

    package init(
        _ name: String, list: @escaping @Sendable (_ limit: Int, _ visit: @escaping Visit) async throws -> Void,
        get: @escaping @Sendable (_ id: String) async throws -> Sighting
    ) {
        self.name = name
        self.list = list
        self.get = get
    }
}
