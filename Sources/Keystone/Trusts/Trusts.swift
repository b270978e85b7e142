package import FoundationEssentials

/// What the daemon does about trusts to itself.
package protocol Trusts: Sendable {
    /// Lets the daemon act for the user of `context`, in their project and with their roles, until `end`; gives the trust's id.
    ///
    /// One attempt. Throws `.conflict` where there is such a trust with the same `end` to the second. After another error
    /// something of the trust may have been made all the same: see `find`.
    func make(for context: RequestContext, until end: Date) async throws(ServiceError) -> String

    /// The trust that `make` made with this `end`, if it did.
    func find(for trustorID: String, in projectID: String, until end: Date) async throws(ServiceError) -> String?

    /// Ends a trust. One that is gone is fine.
    func delete(_ id: String) async throws(ServiceError)
}
