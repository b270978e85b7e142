import OsloConfig

/// What a project may have where no quota of its own says otherwise, in `[DEFAULT]`.
enum QuotaOptions {
    static let plans = ConfigOption.integer(
        "quota_plans", default: 50, min: -1, help: "Plans of a project. -1: any number.")

    static let checkpoints = ConfigOption.integer(
        "quota_checkpoints", default: -1, min: -1, help: "Checkpoints of a project. -1: any number.")

    static let group = OptionGroup([plans.erased, checkpoints.erased])
}
