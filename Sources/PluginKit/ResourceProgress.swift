package import Protection

/// Tells the user how far one resource is, and what becomes of it while it is restored or verified.
package protocol ResourceProgress: Sendable {
    /// Shown in `resources_status` and `resources_reason`, under the id that the resource is restored as, else its own.
    ///
    /// A failure is reported by whoever runs the hook, under the id that was reported last.
    func report(_ status: String, as newID: String?) async throws

    /// Of the resource's data, that many bytes of `total` have been moved so far. To be told as soon as the size is known, with 0,
    /// and again as it goes on where the service says how far it is; as often as it is convenient. A resource that is done
    /// counts whole. Both may be corrected.
    func transferred(_ bytes: Int64, of total: Int64)

    /// The id under which a resource that was restored before lives on, for those that depend on it.
    func newID(of key: ResourceKey) -> String?
}
