import ArgumentParser
import Keystone
import OsloConfig

/// Those of the options that oslo.config and oslo.log give every service's command line which change something here.
struct ConfigurationArguments: ParsableArguments {
    @Option(name: .customLong("config-file"), help: "A configuration file; may be repeated.")
    var configFiles: [String] = []

    @Option(name: .customLong("config-dir"), help: "A directory of configuration files (*.conf); may be repeated.")
    var configDirectories: [String] = []

    @Flag(name: [.customShort("d"), .long], inversion: .prefixedNo, help: "Log at level DEBUG.")
    var debug: Bool?

    @Option(name: [.customLong("log-file"), .customLong("logfile")], help: "Log to this file.")
    var logFile: String?

    @Option(name: [.customLong("log-dir"), .customLong("logdir")], help: "Log to a file in this directory.")
    var logDirectory: String?

    @Flag(name: .customLong("use-journal"), help: "Log to the journal.")
    var useJournal = false

    @Flag(name: .customLong("use-json"), help: "Log lines of JSON.")
    var useJSON = false

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
        set(LoggingOptions.debug, debug.map { "\($0)" }, "--debug")
        set(LoggingOptions.file, logFile, "--log-file")
        set(LoggingOptions.directory, logDirectory, "--log-dir")
        set(LoggingOptions.useJournal, useJournal ? "true" : nil, "--use-journal")
        set(LoggingOptions.useJSON, useJSON ? "true" : nil, "--use-json")
        set(DefaultOptions.statePath, statePath, "--state_path")
        return result
    }
}
