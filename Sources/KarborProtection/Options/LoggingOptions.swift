import OsloConfig
import Telemetry

/// Logging, as oslo.log has it, in `[DEFAULT]`.
enum LoggingOptions {
    static let debug = ConfigOption.boolean(
        "debug", default: false,
        help: "Log also what only a developer wants to know. Can be changed while the daemon runs: systemctl reload.")

    static let file = ConfigOption<String?>.string(
        "log_file", deprecated: ["logfile"], help: "File to append log lines to; relative to log_dir, if that is set.")

    static let directory = ConfigOption<String?>.string(
        "log_dir", deprecated: ["logdir"],
        help: "Directory of the log file, which without log_file has the program's name.")

    static let useJournal = ConfigOption.boolean(
        "use_journal", default: false,
        help: "Log to the systemd journal, with fields. Happens without being asked for where the daemon is a systemd "
            + "service and no log file is named.")

    static let useStandardError = ConfigOption.boolean(
        "use_stderr", default: false,
        help: "Log to standard error beside other places. Happens without being asked for where there is no other.")

    static let useJSON = ConfigOption.boolean(
        "use_json", default: false, help: "Write each line to a file or to standard error as JSON.")

    static let dateFormat = ConfigOption.string(
        "log_date_format", default: LineFormat.standardDateFormat,
        help: "How the time of a line is written, as strftime(3) has it. Milliseconds follow.")

    static let group = OptionGroup(
        [
            debug.erased, file.erased, directory.erased, useJournal.erased, useStandardError.erased, useJSON.erased,
            dateFormat.erased,
        ] + withoutEffect)

    /// All of the above as what `Telemetry` starts from.
    static func settings(
        in configuration: Configuration, identifier: String
    ) throws(ConfigurationError) -> LogSettings {
        var settings = LogSettings(identifier: identifier)
        settings.debug = try configuration.get(debug)
        settings.file = try configuration.get(file)
        settings.directory = try configuration.get(directory)
        settings.useJournal = try configuration.get(useJournal)
        settings.useStandardError = try configuration.get(useStandardError)
        settings.useJSON = try configuration.get(useJSON)
        settings.dateFormat = try configuration.get(dateFormat)
        return settings
    }

    private static let withoutEffect: [AnyConfigOption] = [
        ConfigOption<String?>.string(
            "log_config_append", deprecated: ["log_config", "logconfig"], help: "Python logging configuration file."
        ).withoutEffect.erased,
        ConfigOption.boolean("watch_log_file", default: false, help: "Follow a log file that is moved away.")
            .withoutEffect.erased,
        ConfigOption.boolean("use_syslog", default: false, help: "Log to syslog.").withoutEffect.erased,
        ConfigOption.string("syslog_log_facility", default: "LOG_USER", help: "Facility of syslog lines.")
            .withoutEffect.erased,
        ConfigOption.boolean("log_color", default: false, help: "Colours on standard error.").withoutEffect.erased,
        ConfigOption.choice(
            "log_rotation_type", ["interval", "size", "none"], default: "none", help: "When a log file is rotated."
        ).withoutEffect.erased,
        ConfigOption.integer("log_rotate_interval", default: 1, help: "Time between rotations.").withoutEffect.erased,
        ConfigOption.string("log_rotate_interval_type", default: "days", help: "Unit of that time.")
            .withoutEffect.erased,
        ConfigOption.integer("max_logfile_count", default: 30, help: "Rotated files that are kept.")
            .withoutEffect.erased,
        ConfigOption.integer("max_logfile_size_mb", default: 200, help: "Size at which a file is rotated.")
            .withoutEffect.erased,
        ConfigOption.list("default_log_levels", help: "Levels of Python loggers.").withoutEffect.erased,
        ConfigOption.boolean("publish_errors", default: false, help: "Send notifications of errors.")
            .withoutEffect.erased,
        ConfigOption.integer("rate_limit_interval", default: 0, help: "Seconds a log rate is measured over.")
            .withoutEffect.erased,
        ConfigOption.integer("rate_limit_burst", default: 0, help: "Most lines in that time.").withoutEffect.erased,
        ConfigOption.string("rate_limit_except_level", default: "CRITICAL", help: "Level without a limit.")
            .withoutEffect.erased,
        ConfigOption.boolean("fatal_deprecations", default: false, help: "Fail on use of what is deprecated.")
            .withoutEffect.erased,
        ConfigOption<String?>.string("instance_format", help: "Format of an instance in a line.")
            .withoutEffect.erased,
        ConfigOption<String?>.string("instance_uuid_format", help: "Format of an instance's id in a line.")
            .withoutEffect.erased,
        ConfigOption<String?>.string("logging_context_format_string", help: "Format of lines with a request.")
            .withoutEffect.erased,
        ConfigOption<String?>.string("logging_default_format_string", help: "Format of lines without a request.")
            .withoutEffect.erased,
        ConfigOption<String?>.string("logging_debug_format_suffix", help: "What debug lines end with.")
            .withoutEffect.erased,
        ConfigOption<String?>.string("logging_exception_prefix", help: "What lines of a traceback begin with.")
            .withoutEffect.erased,
        ConfigOption<String?>.string("logging_user_identity_format", help: "Format of a user in a line.")
            .withoutEffect.erased,
    ]
}
