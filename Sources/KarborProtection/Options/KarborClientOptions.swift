import OsloConfig

/// How Karbor's operation engine finds the API, in `[karbor_client]`; nothing here asks.
enum KarborClientOptions {
    private static let name = "karbor_client"

    static let group = OptionGroup(
        name, help: "The REST API, as Karbor's operation engine finds it.",
        [
            ConfigOption.string("service_name", in: name, default: "karbor", help: "Its name.").withoutEffect.erased,
            ConfigOption.string("service_type", in: name, default: "data-protect", help: "Its type.")
                .withoutEffect.erased,
            ConfigOption.string("version", in: name, default: "1", help: "Its version.").withoutEffect.erased,
            ConfigOption.string("region_id", in: name, default: "RegionOne", help: "Its region.")
                .withoutEffect.erased,
            ConfigOption.string("interface", in: name, default: "internal", help: "Its interface.")
                .withoutEffect.erased,
            ConfigOption<String?>.string("ca_cert_file", in: name, help: "Its certificates.").withoutEffect.erased,
            ConfigOption.boolean("auth_insecure", in: name, default: false, help: "Do not verify its certificate.")
                .withoutEffect.erased,
        ])
}
