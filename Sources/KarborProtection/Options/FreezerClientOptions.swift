package import OsloConfig

/// What the backup service's client has beyond the others, in `[freezer_client]`.
package enum FreezerClientOptions {
    package static let authURI = ConfigOption.string(
        "auth_uri", in: "freezer_client", default: "", help: "Keystone's address as this client is told it.")

    package static let group = OptionGroup("freezer_client", [authURI.erased])
}
