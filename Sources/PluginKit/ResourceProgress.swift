package import Protection

/// Tells the user what becomes of one resource while it is restored or verified.
package protocol ResourceProgress: Sendable {
    /// Shown in `resources_status` and `resources_reason`, under the id that the resource is restored as, else its own.
    ///
    /// A failure is reported by whoever runs the hook, under the id that was reported last.
    func report(_ status: String, as newID: String?) async throws

    /// The id under which a resource that was restored before lives on, for those that depend on it.
    func newID(of key: ResourceKey) -> String?
}
