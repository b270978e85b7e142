package import OsloConfig

/// Every option that `karbor.conf` may hold: those that this daemon acts on, and those of the service it replaces.
///
/// Nobody reads through this list; an option is read by its constant in the enumeration that declares it. The sample
/// file and `check-config` are made from it.
package enum KarborOptions {
    package static let registry: OptionRegistry = {
        var groups = [DefaultOptions.group, APIOptions.group, QuotaOptions.group, LoggingOptions.group]
        groups += [ProtectionOptions.group, DatabaseOptions.group]
        groups += [ServiceUserOptions.group, KeystoneAuthTokenOptions.group, TrusteeOptions.group]
        groups += [ClientsKeystoneOptions.group]
        groups += ClientOptions.all.map(\.group)
        groups += [FreezerClientOptions.group, KubernetesClientOptions.group, KarborClientOptions.group]
        groups += [PodProtectableOptions.group, PolicyOptions.group]
        groups += UpstreamOptions.groups + MessagingOptions.groups
        return OptionRegistry(groups)
    }()
}
