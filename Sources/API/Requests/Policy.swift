import Engine

/// Who may do what: Karbor's default rules.
///
/// Nearly all of them are "an admin, or whoever owns it". Those asked before there is an object are here; what is owned is
/// looked at where it is found, and something that is not the caller's is told apart from nothing by no answer.
enum Policy: String {
    case serviceList = "service:get_all"
    case serviceUpdate = "service:update"
    case quotaGet = "quota:get"
    case quotaUpdate = "quota:update"
    case quotaDelete = "quota:delete"
    case quotaClassUpdate = "quota_class:update"

    /// Throws unless the caller is an admin.
    static func requireAdmin(_ caller: Caller, for policy: Policy) throws(APIError) {
        guard caller.isAdmin else { throw policy.refusal }
    }

    /// Throws unless the caller is an admin, or `projectID` is its own.
    static func requireAdminOrOwner(_ caller: Caller, of projectID: String, for policy: Policy) throws(APIError) {
        guard caller.isAdmin || caller.projectID == projectID else { throw policy.refusal }
    }

    private var refusal: APIError {
        APIError(.forbidden, "Policy doesn't allow \(rawValue) to be performed.")
    }
}

extension Caller {
    func mayRead(project: String) -> Bool { isAdmin || projectID == project }
}
