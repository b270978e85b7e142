package import OsloConfig

/// What a project may have where no quota of its own says otherwise, in `[DEFAULT]`.
package enum QuotaOptions {
    package static let plans = ConfigOption.integer(
        "quota_plans", default: 50, min: -1, help: "Plans of a project. -1: any number.")

    package static let checkpoints = ConfigOption.integer(
        "quota_checkpoints", default: -1, min: -1, help: "Checkpoints of a project. -1: any number.")

    package static let group = OptionGroup([plans.erased, checkpoints.erased])
}
