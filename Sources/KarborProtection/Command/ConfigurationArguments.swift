import ArgumentParser
import Glibc
import OsloConfig

/// The options of the command line that oslo.config gives every service.
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
        let environment = ProcessEnvironment.all
        return try Configuration.load(
            registry: KarborOptions.registry,
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

enum ProcessEnvironment {
    /// The process's environment.
    static var all: [String: String] {
        var result: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let mark = text.firstIndex(of: "=") {
                result[String(text[..<mark])] = String(text[text.index(after: mark)...])
            }
            next += 1
        }
        return result
    }
}
