import OsloConfig

/// Every option that `karbor.conf` may hold: those that this daemon acts on, and those of the service it replaces.
///
/// Nobody reads through this list; an option is read by its constant in the enumeration that declares it. The sample
/// file and `check-config` are made from it.
enum KarborOptions {
    static let registry: OptionRegistry = {
        var groups = [DefaultOptions.group, APIOptions.group, QuotaOptions.group, LoggingOptions.group]
        groups += [ProtectionOptions.group, MetricsOptions.group, DatabaseOptions.group]
        groups += [ServiceUserOptions.group, KeystoneAuthTokenOptions.group, TrusteeOptions.group]
        groups += [ClientOptions.cinder.group] + ClientOptions.idle.map(\.group.withoutEffect)
        groups += [KarborClientOptions.group, PolicyOptions.group]
        groups += UpstreamOptions.groups + MessagingOptions.groups
        return OptionRegistry(groups)
    }()

    /// The same with the groups that an `auth_section` names: they hold a credential and nothing else.
    static func registry(withCredentialsIn sections: [String]) -> OptionRegistry {
        var registry = registry
        for section in sections where !registry.hasGroup(section) {
            registry.add(OptionGroup(section, CredentialOptions(in: section).options))
        }
        return registry
    }
}
