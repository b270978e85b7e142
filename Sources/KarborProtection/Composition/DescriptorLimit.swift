import Glibc

/// How many files and connections the process may have open at once.
enum DescriptorLimit {
    /// What callers, services, banks and the store need between them on a busy day.
    private static let wanted: rlim_t = 1024

    /// Raises the limit as far as the process may, and gives a warning where that is not far.
    static func raise() -> String? {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return nil }
        limit.rlim_cur = limit.rlim_max
        // Best effort: what could not be raised is told below.
        _ = setrlimit(resource, &limit)
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < wanted else { return nil }
        return "only \(limit.rlim_cur) files and connections can be open at once (LimitNOFILE): \(wanted) are advisable"
    }
}
