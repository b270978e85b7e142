import ArgumentParser
import Keystone
import OsloConfig

/// The options of the command line that oslo.config and oslo.log give every OpenStack service, and `--state_path`.
struct ConfigurationArguments: ParsableArguments {
    @Option(name: .customLong("config-file"), help: "A configuration file; may be repeated.")
    var configFiles: [String] = []

    @Option(name: .customLong("config-dir"), help: "A directory of configuration files (*.conf); may be repeated.")
    var configDirectories: [String] = []

    @Flag(name: [.customShort("d"), .long], help: "Log at level DEBUG.")
    var debug = false

    @Flag(name: .customLong("nodebug"), help: "Log at level INFO.")
    var noDebug = false

    @Option(name: [.customLong("log-file"), .customLong("logfile")], help: "Log to this file.")
    var logFile: String?

    @Option(name: [.customLong("log-dir"), .customLong("logdir")], help: "Log to a file in this directory.")
    var logDirectory: String?

    @Option(name: .customLong("log-date-format"), help: "How the time of a line is written, as strftime(3) has it.")
    var logDateFormat: String?

    @Flag(name: .customLong("use-journal"), help: "Log to the journal.")
    var useJournal = false

    @Flag(name: .customLong("nouse-journal"), help: "Do not log to the journal.")
    var noJournal = false

    @Flag(name: .customLong("use-json"), help: "Log lines of JSON.")
    var useJSON = false

    @Flag(name: .customLong("nouse-json"), help: "Log lines of text.")
    var noJSON = false

    /// Accepted, so that a start script of another service of Karbor's works; the same options in a file have no effect.
    @Option(name: .customLong("log-config-append"), help: .hidden)
    var logConfigAppend: String?

    @Flag(name: [.customLong("use-syslog"), .customLong("nouse-syslog")], help: .hidden)
    var useSyslog = false

    @Option(name: .customLong("syslog-log-facility"), help: .hidden)
    var syslogLogFacility: String?

    @Option(name: [.customLong("state_path"), .customLong("state-path")], help: "Where the state is kept.")
    var statePath: String?

    /// Throws `ConfigurationError`.
    func load() throws -> Configuration {
        let configuration = try load(KarborOptions.registry)
        let sections = try CredentialSettings.sections(in: configuration)
        return sections.isEmpty
            ? configuration : try load(KarborOptions.registry(withCredentialsIn: sections))
    }

    /// The same, and throws if any value in it is wrong, with all of them.
    func loadValid() throws -> Configuration {
        let configuration = try load()
        let errors = configuration.validate().filter { $0.severity == .error }
        guard errors.isEmpty else { throw SettingsError(errors.map(\.description).joined(separator: "\n")) }
        return configuration
    }

    private func load(_ registry: OptionRegistry) throws(ConfigurationError) -> Configuration {
        let environment = ProcessEnvironment.all
        return try Configuration.load(
            registry: registry,
            sources: configFiles.map { .file($0) } + configDirectories.map { .directory($0) },
            search: ConfigurationSearch(project: "karbor", program: "karbor-protection", environment: environment),
            environment: environment, overrides: overrides)
    }

    private var overrides: [ConfigurationOverride] {
        var result: [ConfigurationOverride] = []
        func set<Value>(_ option: ConfigOption<Value>, _ value: String?, _ flag: String) {
            guard let value else { return }
            result.append(ConfigurationOverride(option.declaration, values: [value], flag: flag))
        }
        func set(_ option: ConfigOption<Bool>, _ yes: Bool, _ no: Bool, _ flag: String) {
            if yes { set(option, "true", "--\(flag)") }
            if no { set(option, "false", "--no\(flag)") }
        }
        set(LoggingOptions.debug, debug, noDebug, "debug")
        set(LoggingOptions.file, logFile, "--log-file")
        set(LoggingOptions.directory, logDirectory, "--log-dir")
        set(LoggingOptions.dateFormat, logDateFormat, "--log-date-format")
        set(LoggingOptions.useJournal, useJournal, noJournal, "use-journal")
        set(LoggingOptions.useJSON, useJSON, noJSON, "use-json")
        set(DefaultOptions.statePath, statePath, "--state_path")
        return result
    }
}
