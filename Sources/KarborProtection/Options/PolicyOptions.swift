import OsloConfig

/// Who may do what, in `[oslo_policy]`.
enum PolicyOptions {
    private static let name = "oslo_policy"

    static let policyFile = ConfigOption.string(
        "policy_file", in: name, default: "policy.json",
        help: "File of rules that differ from Karbor's own. Not honoured yet: such a file is a warning at start.")

    static let group = OptionGroup(
        name, help: "Access rules.",
        [
            policyFile.erased,
            ConfigOption.multi("policy_dirs", in: name, default: ["policy.d"], help: "Directories of more rules.")
                .withoutEffect.erased,
            ConfigOption.string("policy_default_rule", in: name, default: "default", help: "Rule of last resort.")
                .withoutEffect.erased,
            ConfigOption.boolean("enforce_scope", in: name, default: false, help: "Check the scope of tokens.")
                .withoutEffect.erased,
            ConfigOption.boolean("enforce_new_defaults", in: name, default: false, help: "Prefer newer rules.")
                .withoutEffect.erased,
        ])
}
