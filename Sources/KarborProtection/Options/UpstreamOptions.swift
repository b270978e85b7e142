import OsloConfig

/// Options of Karbor's other services and of its Python parts, so that one `karbor.conf` serves all of them.
enum UpstreamOptions {
    static let groups: [OptionGroup] = [
        OptionGroup(process + services + api + quotas + scheduling), operationEngine, concurrency, clientsKeystone,
        freezerClient, kubernetesClient, podProtectable,
    ]

    private static func text(_ name: String, _ value: String, _ help: String) -> AnyConfigOption {
        ConfigOption.string(name, default: value, help: help).withoutEffect.erased
    }

    private static func number(_ name: String, _ value: Int, _ help: String) -> AnyConfigOption {
        ConfigOption.integer(name, default: value, help: help).withoutEffect.erased
    }

    private static func flag(_ name: String, _ value: Bool, _ help: String) -> AnyConfigOption {
        ConfigOption.boolean(name, default: value, help: help).withoutEffect.erased
    }

    private static func list(_ name: String, _ items: [String], _ help: String) -> AnyConfigOption {
        ConfigOption.list(name, default: items, help: help).withoutEffect.erased
    }

    private static let process: [AnyConfigOption] = [
        ConfigOption<String?>.string("backdoor_port", help: "Port of eventlet's debugger.").withoutEffect.erased,
        ConfigOption<String?>.string("backdoor_socket", help: "Socket of eventlet's debugger.").withoutEffect.erased,
        flag("log_options", true, "Log all options at start."),
        flag("run_external_periodic_tasks", true, "Run periodic tasks."),
        number("periodic_interval", 60, "Seconds between periodic tasks."),
        number("periodic_fuzzy_delay", 60, "Most seconds to wait before the first."),
        flag("fatal_exception_format_errors", false, "Fail on a wrong error text."),
        text("db_driver", "karbor.db", "Python module of the database."),
        flag("use_tpool", false, "Threads for database access."),
    ]

    private static let services: [AnyConfigOption] = [
        flag("enable_new_services", true, "Whether a new service takes part."),
        text("protection_topic", "karbor-protection", "Message topic of the protection service."),
        text(
            "protection_manager", "karbor.services.protection.manager.ProtectionManager",
            "Python class of the protection service."),
        text("operationengine_topic", "karbor-operationengine", "Message topic of the operation engine."),
        text(
            "operationengine_manager", "karbor.services.operationengine.manager.OperationEngineManager",
            "Python class of the operation engine."),
        text("provider_registry", "provider-registry", "Python plugin of the providers."),
        text(
            "workflow_engine", "karbor.services.protection.flows.workflow.TaskFlowEngine",
            "Python class that runs tasks."),
        number("sync_status_interval", 20, "Never used."),
    ]

    private static let api: [AnyConfigOption] = [
        ConfigOption<Int?>.integer("osapi_karbor_workers", help: "Processes of the API.").withoutEffect.erased,
        text("api_paste_config", "api-paste.ini", "Middleware of the API."),
        flag("tcp_keepalive", true, "Keep connections alive."),
        number("tcp_keepidle", 600, "Seconds until that begins."),
        ConfigOption<Int?>.integer("tcp_keepalive_interval", help: "Seconds between signs.").withoutEffect.erased,
        ConfigOption<Int?>.integer("tcp_keepalive_count", help: "Signs missed until cut off.").withoutEffect.erased,
        number("max_header_line", 16384, "Longest header line."),
        ConfigOption<Int?>.integer("client_socket_timeout", help: "Seconds a caller may be idle.")
            .withoutEffect.erased,
        list("query_instance_filters", ["status"], "Filters of instances for users."),
    ]

    private static let quotas: [AnyConfigOption] = [
        number("reservation_expire", 86400, "Seconds until a reservation lapses."),
        number("until_refresh", 0, "Reservations until a count is made anew."),
        number("max_age", 0, "Seconds until a count is made anew."),
        text("quota_driver", "karbor.quota.DbQuotaDriver", "Python class of quotas."),
    ]

    private static let scheduling: [AnyConfigOption] = [
        number("min_interval", 3600, "Least seconds between two runs of a schedule."),
        number("min_window_time", 900, "Least seconds a run may start late."),
        number("max_window_time", 1800, "Most seconds a run may start late."),
        text("time_format", "calendar", "Format of schedules."),
        number("trigger_poll_interval", 15, "Seconds between looks at schedules."),
        text("scheduling_strategy", "multi_node", "How schedules are shared among engines."),
        ConfigOption<Int?>.integer("thread_count", help: "Threads of the operation engine.").withoutEffect.erased,
        number("retained_operation_log_number", 5, "Logs kept of a schedule."),
    ]

    private static let operationEngine = OptionGroup(
        "operationengine", help: "Karbor's operation engine.",
        [
            ConfigOption.string(
                "executor", in: "operationengine", default: "green_thread", help: "How its operations run."
            ).withoutEffect.erased,
            ConfigOption<Int?>.integer(
                "max_concurrent_operations", in: "operationengine", help: "Most of them at the same time."
            ).withoutEffect.erased,
        ])

    private static let concurrency = OptionGroup(
        "oslo_concurrency", help: "Locks between processes.",
        [
            ConfigOption<String?>.string("lock_path", in: "oslo_concurrency", help: "Directory of lock files.")
                .withoutEffect.erased,
            ConfigOption.boolean(
                "disable_process_locking", in: "oslo_concurrency", default: false, help: "Do without locks."
            ).withoutEffect.erased,
        ])

    private static let clientsKeystone = OptionGroup(
        "clients_keystone", help: "Where Keystone is, for Karbor's own lookups.",
        [ConfigOption.string("auth_uri", in: "clients_keystone", default: "", help: "Its address.").erased]
    ).withoutEffect

    /// What the backup service's client has beyond the others.
    private static let freezerClient = OptionGroup(
        "freezer_client",
        [ConfigOption.string("auth_uri", in: "freezer_client", default: "", help: "Keystone's address.").erased]
    ).withoutEffect

    private static let kubernetesClient = OptionGroup(
        "k8s_client", help: "The Kubernetes cluster whose pods Karbor protects.",
        ["k8s_host", "k8s_ssl_ca_cert", "k8s_cert_file", "k8s_key_file"].map {
            ConfigOption<String?>.string($0, in: "k8s_client", help: "Its address or files.").erased
        }
    ).withoutEffect

    private static let podProtectable = OptionGroup(
        "pod_protectable", help: "Pods as resources.",
        [ConfigOption.string("namespace", in: "pod_protectable", default: "default", help: "Whose pods.").erased]
    ).withoutEffect
}
