package import Keystone

/// Who makes a request: what Keystone said of the token that came with it.
package struct Caller: Sendable {
    /// All that is needed to act in the caller's name, the token among it. The API passes it on and reads no secret of it.
    package let context: RequestContext

    package init(_ context: RequestContext) { self.context = context }

    /// Empty for a token that is for no project: no path names that.
    package var projectID: String { context.projectID ?? "" }
    package var userID: String { context.userID }
    package var requestID: String { context.requestID }
    /// Karbor's `context_is_admin`, which its rules "admin" and "admin or owner" go by.
    package var isAdmin: Bool { context.isAdmin }
}
