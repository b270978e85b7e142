package import Telemetry

/// Who makes a request: what Keystone said of the token that came with it.
package struct Caller: Sendable {
    package var userID: String
    package var projectID: String
    package var roles: [String]
    /// `req-<uuid>`, the id under which the answer, the logs and the services below know this request.
    package var requestID: String
    package var remoteAddress: String?
    /// All that is needed to act in the caller's name, the token among it, encoded. The API never looks inside.
    package var context: Secret<[UInt8]>

    package init(
        userID: String, projectID: String, roles: [String], requestID: String, remoteAddress: String?,
        context: Secret<[UInt8]>
    ) {
        self.userID = userID
        self.projectID = projectID
        self.roles = roles
        self.requestID = requestID
        self.remoteAddress = remoteAddress
        self.context = context
    }

    /// Karbor's `context_is_admin`: the role `admin`, in whatever case, as oslo.policy compares roles.
    package var isAdmin: Bool { roles.contains { $0.lowercased() == "admin" } }
}
