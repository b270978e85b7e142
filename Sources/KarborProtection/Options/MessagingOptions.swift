import OsloConfig

/// The message bus of Karbor's services. This daemon takes operations over its REST API and needs none.
enum MessagingOptions {
    static let groups: [OptionGroup] = [
        OptionGroup(transport), OptionGroup(rabbitName, help: "RabbitMQ.", rabbit),
        OptionGroup(notificationsName, help: "Notifications, of which there are none.", notifications),
    ]

    private static let transport: [AnyConfigOption] = [
        ConfigOption.secret(
            "transport_url", default: "rabbit://", sample: "rabbit://", help: "Address of the message bus."
        ).withoutEffect.erased,
        ConfigOption.string("control_exchange", default: "openstack", help: "Exchange of the message bus.")
            .withoutEffect.erased,
        ConfigOption.integer("rpc_response_timeout", default: 60, help: "Seconds to wait for an answer.")
            .withoutEffect.erased,
        ConfigOption.integer(
            "executor_thread_pool_size", default: 64, deprecated: ["rpc_thread_pool_size"],
            help: "Threads that answer."
        ).withoutEffect.erased,
        ConfigOption.boolean("rpc_ping_enabled", default: false, help: "Answer to pings.").withoutEffect.erased,
        ConfigOption.integer("rpc_conn_pool_size", default: 30, help: "Connections kept.").withoutEffect.erased,
        ConfigOption.integer("conn_pool_min_size", default: 2, help: "Least connections kept.").withoutEffect.erased,
        ConfigOption.integer("conn_pool_ttl", default: 1200, help: "Seconds a connection is kept.")
            .withoutEffect.erased,
    ]

    private static let rabbitName = "oslo_messaging_rabbit"

    private static func text(_ name: String, deprecated: [DeprecatedName] = []) -> AnyConfigOption {
        ConfigOption<String?>.string(name, in: rabbitName, deprecated: deprecated, help: "See oslo.messaging.")
            .withoutEffect.erased
    }

    private static func number(_ name: String, _ value: Double) -> AnyConfigOption {
        ConfigOption.float(name, in: rabbitName, default: value, help: "See oslo.messaging.").withoutEffect.erased
    }

    private static func flag(_ name: String, _ value: Bool = false, deprecated: [DeprecatedName] = [])
        -> AnyConfigOption
    {
        ConfigOption.boolean(name, in: rabbitName, default: value, deprecated: deprecated, help: "See oslo.messaging.")
            .withoutEffect.erased
    }

    private static let rabbit: [AnyConfigOption] = [
        flag("amqp_durable_queues", deprecated: ["amqp_durable", "rabbit_durable_queues"]), flag("amqp_auto_delete"),
        flag("ssl", deprecated: ["rabbit_use_ssl"]), text("ssl_version", deprecated: ["kombu_ssl_version"]),
        text("ssl_key_file", deprecated: ["kombu_ssl_keyfile"]),
        text("ssl_cert_file", deprecated: ["kombu_ssl_certfile"]),
        text("ssl_ca_file", deprecated: ["kombu_ssl_ca_certs"]), flag("ssl_enforce_fips_mode"),
        text("hostname"), text("processname"), text("rabbit_login_method"), text("kombu_compression"),
        text("kombu_failover_strategy"), number("kombu_reconnect_delay", 1),
        number("kombu_missing_consumer_retry_timeout", 60), number("rabbit_retry_interval", 1),
        number("rabbit_retry_backoff", 2), number("rabbit_interval_max", 30), number("rabbit_qos_prefetch_count", 0),
        number("rabbit_transient_queues_ttl", 1800), number("rabbit_quorum_delivery_limit", 0),
        number("rabbit_quorum_max_memory_length", 0), number("rabbit_quorum_max_memory_bytes", 0),
        number("heartbeat_timeout_threshold", 60), number("heartbeat_rate", 3), flag("heartbeat_in_pthread"),
        flag("rabbit_ha_queues"), flag("rabbit_quorum_queue"), flag("rabbit_transient_quorum_queue"),
        flag("rabbit_stream_fanout"), flag("use_queue_manager"), flag("direct_mandatory_flag", true),
        flag("enable_cancel_on_failover"),
    ]

    private static let notificationsName = "oslo_messaging_notifications"

    private static let notifications: [AnyConfigOption] = [
        ConfigOption.multi("driver", in: notificationsName, help: "How notifications are sent.")
            .withoutEffect.erased,
        ConfigOption.secret("transport_url", in: notificationsName, help: "Where to.").withoutEffect.erased,
        ConfigOption.list("topics", in: notificationsName, default: ["notifications"], help: "Under which name.")
            .withoutEffect.erased,
        ConfigOption.integer("retry", in: notificationsName, default: -1, help: "How often it is tried.")
            .withoutEffect.erased,
    ]
}
