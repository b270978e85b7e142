import OsloConfig

/// What users who are no administrators may filter lists by, in `[DEFAULT]`; other filters of theirs are ignored.
enum FilterOptions {
    static let plans = filters(of: "plan", "plans", ["status", "name", "description"])
    static let restores = filters(of: "restore", "restores", ["status"])
    static let verifications = filters(of: "verification", "verifications", ["status"])
    static let providers = filters(of: "provider", "providers", ["name", "description"])
    static let checkpoints = filters(
        of: "checkpoint", "checkpoints", ["project_id", "plan_id", "start_date", "end_date"])
    static let operationLogs = filters(
        of: "operation_log", "operation logs", ["checkpoint_id", "plan_id", "restore_id", "status"])

    static let options = [plans, restores, verifications, providers, checkpoints, operationLogs].map(\.erased)

    private static func filters(of resource: String, _ plural: String, _ names: [String]) -> ConfigOption<[String]> {
        .list(
            "query_\(resource)_filters", default: names,
            help: "What users who are no administrators may filter \(plural) by; other filters are ignored.")
    }
}
