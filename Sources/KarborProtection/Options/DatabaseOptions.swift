import OsloConfig

/// The store of plans, operations and everything else that the API shows, in `[database]`.
enum DatabaseOptions {
    private static let name = "database"

    static let connection = ConfigOption.secret(
        "connection", in: name, default: "sqlite:///$state_path/karbor-protection.sqlite",
        sample: "sqlite:///$state_path/karbor-protection.sqlite",
        deprecated: [DeprecatedName(group: "DEFAULT", name: "sql_connection"), "sql_connection"],
        help:
            "SQLite file of the store: sqlite:/// and its path, so that an absolute path makes four slashes. Anything "
            + "but sqlite, as the MySQL database of an earlier Karbor, is a warning at start, and the default is used.")

    static let group = OptionGroup(
        name, help: "Where the daemon keeps its state.", [connection.erased] + withoutEffect)

    private static let withoutEffect: [AnyConfigOption] = [
        ConfigOption.string("backend", in: name, default: "sqlalchemy", help: "Kind of database access.")
            .withoutEffect.erased,
        ConfigOption.secret("slave_connection", in: name, default: "", help: "Read-only copy of the database.")
            .withoutEffect.erased,
        ConfigOption.string("mysql_sql_mode", in: name, default: "TRADITIONAL", help: "SQL mode of MySQL.")
            .withoutEffect.erased,
        ConfigOption.integer(
            "connection_recycle_time", in: name, default: 3600, deprecated: ["idle_timeout"],
            help: "Seconds after which an idle connection is closed."
        ).withoutEffect.erased,
        ConfigOption<Int?>.integer("max_pool_size", in: name, help: "Connections kept.").withoutEffect.erased,
        ConfigOption<Int?>.integer("max_overflow", in: name, help: "Connections beyond those.").withoutEffect.erased,
        ConfigOption<Int?>.integer("pool_timeout", in: name, help: "Seconds to wait for a connection.")
            .withoutEffect.erased,
        ConfigOption.integer("max_retries", in: name, default: 10, help: "Attempts to connect at start.")
            .withoutEffect.erased,
        ConfigOption.integer("retry_interval", in: name, default: 10, help: "Seconds between those.")
            .withoutEffect.erased,
        ConfigOption.boolean("use_db_reconnect", in: name, default: false, help: "Connect anew when cut off.")
            .withoutEffect.erased,
        ConfigOption.integer("db_retry_interval", in: name, default: 1, help: "Seconds between retries.")
            .withoutEffect.erased,
        ConfigOption.boolean("db_inc_retry_interval", in: name, default: true, help: "Make that grow.")
            .withoutEffect.erased,
        ConfigOption.integer("db_max_retry_interval", in: name, default: 10, help: "The longest it grows to.")
            .withoutEffect.erased,
        ConfigOption.integer("db_max_retries", in: name, default: 20, help: "Retries in all.").withoutEffect.erased,
        ConfigOption.integer("connection_debug", in: name, default: 0, help: "Log SQL.").withoutEffect.erased,
        ConfigOption.boolean("connection_trace", in: name, default: false, help: "Comment SQL.").withoutEffect.erased,
        ConfigOption.string("connection_parameters", in: name, default: "", help: "Added to the connection.")
            .withoutEffect.erased,
        ConfigOption.boolean("sqlite_synchronous", in: name, default: true, help: "Let SQLite wait for the disk.")
            .withoutEffect.erased,
    ]
}
