package import OsloConfig

/// Where Karbor's services look for Keystone, `[clients_keystone]`.
package enum ClientsKeystoneOptions {
    package static let authURI = ConfigOption.string(
        "auth_uri", in: "clients_keystone", default: "",
        help: "Keystone's address without a version, where no credential has an auth_url.")

    package static let group = OptionGroup("clients_keystone", help: "Where Keystone is.", [authURI.erased])
}
