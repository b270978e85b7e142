import Glibc
import OsloConfig
import Store

/// What the daemon will need of this machine when it starts: looked at without changing anything, for `check-config`.
enum StartCheck {
    /// What would keep it from starting.
    static func problems(_ settings: DaemonSettings, _ configuration: Configuration) -> [String] {
        var problems: [String] = []
        do {
            try SQLiteStore.check(settings.store)
        } catch {
            problems.append("\(error)")
        }
        do {
            try LoggingOptions.settings(in: configuration, identifier: "karbor-protection").checkFile()
        } catch {
            problems.append("\(error)")
        }
        problems += [
            addressProblem(settings.api.host, APIOptions.listen, configuration),
            settings.metrics.flatMap { addressProblem($0.host, MetricsOptions.listen, configuration) },
        ].compactMap(\.self)
        return problems
    }

    /// Why nobody can listen at the address that `option` names.
    private static func addressProblem(
        _ host: String, _ option: ConfigOption<String>, _ configuration: Configuration
    ) -> String? {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &found)
        if let found { freeaddrinfo(found) }
        guard status != 0 else { return nil }
        return "\(configuration.origin(of: option)): [\(option.group)] \(option.name): \(host): "
            + String(cString: gai_strerror(status))
    }
}
