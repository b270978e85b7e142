import OsloConfig

/// What every provider file has, in `[provider]`. Banks and plugins declare their own groups beside it.
enum ProviderFileOptions {
    private static let name = "provider"

    static let providerName = ConfigOption.requiredString("name", in: name, help: "Name that users see.")

    static let description = ConfigOption.string(
        "description", in: name, default: "", help: "A line for users, on what this provider does.")

    static let id = ConfigOption.requiredString(
        "id", in: name, help: "A UUID. Plans and checkpoints name it: once in use it must never change.")

    static let bank = ConfigOption.requiredString(
        "bank", in: name, help: "Where checkpoints are kept, as karbor-fs-bank-plugin.")

    static let plugins = ConfigOption.multi(
        "plugin", in: name,
        help: "A plugin that protects resources of some type, as karbor-volume-protection-plugin; a line for each.")

    static let enabled = ConfigOption.boolean(
        "enabled", in: name, default: false, help: "Whether users can see and use this provider.")

    static let group = OptionGroup(
        name, help: "What this provider is.",
        [providerName.erased, description.erased, id.erased, bank.erased, plugins.erased, enabled.erased])

    /// The options of a whole provider file.
    static func registry(with groups: [OptionGroup]) -> OptionRegistry {
        OptionRegistry([group] + groups)
    }
}
