import FoundationEssentials
import Glibc
import OsloConfig
import Protection

/// What an operator should know before the daemon runs into it; said at start and by `check-config`.
enum StartWarnings {
    static func all(_ settings: DaemonSettings, _ configuration: Configuration) -> [String] {
        var warnings = settings.credential.warnings
        if let warning = settings.store.warningMessage { warnings.append(warning) }
        if let policy = policy(configuration) { warnings.append(policy) }
        if settings.engine.trusts == .off, (try? configuration.get(ProtectionOptions.trusts)) == .auto {
            warnings.append(
                "[protection] trusts: auto has no effect: an application credential, as in "
                    + "[\(settings.credential.group)], cannot act by a trust")
        }
        if settings.providerDirectory == nil {
            warnings.append("[DEFAULT] provider_config_dir is no directory: there are no providers")
        }
        return warnings
    }

    /// - Parameter roles: those of the service token.
    static func role(of roles: [String], _ settings: DaemonSettings) -> String? {
        guard !roles.contains(where: settings.validation.serviceTokenRoles.contains) else { return nil }
        return "the service token of [\(settings.credential.group)] has none of the roles "
            + "\(settings.validation.serviceTokenRoles.joined(separator: ", ")) ([keystone_authtoken] service_token_roles): "
            + "services will not accept users' expired tokens with it, and newer ones answer 401 to everything"
    }

    /// A policy file is not honoured yet, so one that says anything changes what its author expects.
    private static func policy(_ configuration: Configuration) -> String? {
        guard let name = try? configuration.get(PolicyOptions.policyFile) else { return nil }
        // oslo.policy looks beside the configuration, too.
        let beside = configuration.paths.map { URL(filePath: $0).deletingLastPathComponent().path + "/" + name }
        let paths = name.hasPrefix("/") ? [name] : beside + ["/etc/karbor/\(name)", name]
        for path in paths {
            guard access(path, F_OK) == 0 else { continue }
            guard let text = try? String(contentsOfFile: path, encoding: .utf8),
                let rules = try? JSONValue(parsing: text), rules.object?.isEmpty == true
            else { return "\(path): policies are not honoured yet: Karbor's default rules hold, whatever it says" }
        }
        return nil
    }
}
