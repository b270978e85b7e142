import OsloConfig

/// What concerns the daemon as a whole, in `[DEFAULT]`.
enum DefaultOptions {
    static let host = ConfigOption<String?>.string(
        "host", sample: "<name of this machine>",
        help: "Name of this daemon among the services, as GET /os-services shows it. Unset: the machine's own name.")

    static let statePath = ConfigOption.string(
        "state_path", default: "/var/lib/karbor", deprecated: ["pybasedir"],
        help: "Directory of what must outlive the daemon: the store, and the key that seals tokens in it.")

    static let providerConfigDirectory = ConfigOption.string(
        "provider_config_dir", default: "providers.d",
        help: "Directory of provider files, one *.conf for each. A relative path is looked for as it is, and then in "
            + "/var/lib/karbor/etc/karbor, /var/lib/karbor/etc, /var/lib/karbor and /etc/karbor.")

    static let maxConcurrentOperations = ConfigOption.integer(
        "max_concurrent_operations", default: 0, min: 0,
        help: "How many operations (protect, restore, verify, delete) run at the same time; others wait in the queue. "
            + "0: as many as there are.")

    static let gracefulShutdownTimeout = ConfigOption.seconds(
        "graceful_shutdown_timeout", default: 60,
        help: "How long requests to other services that are under way when the daemon is told to stop may take to end. "
            + "Waiting for a backup or restore is left at once, and goes on after the next start. 0: without limit; "
            + "systemd's TimeoutStopSec must then be, too.")

    static let reportInterval = ConfigOption.seconds(
        "report_interval", default: 10,
        help: "Time between two signs of life of this daemon, which GET /os-services shows. 0: none.")

    static let group = OptionGroup(
        [
            host.erased, statePath.erased, providerConfigDirectory.erased, maxConcurrentOperations.erased,
            gracefulShutdownTimeout.erased, reportInterval.erased,
        ])
}
