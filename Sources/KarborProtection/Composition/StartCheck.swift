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
        if let reason = reasonNotToListen(on: settings.api.host) {
            problems.append(
                "\(configuration.origin(of: APIOptions.listen)): [DEFAULT] osapi_karbor_listen: \(settings.api.host): \(reason)"
            )
        }
        return problems
    }

    private static func reasonNotToListen(on host: String) -> String? {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &found)
        if let found { freeaddrinfo(found) }
        return status == 0 ? nil : String(cString: gai_strerror(status))
    }
}
