import ArgumentParser
import OsloConfig
import Telemetry

/// The daemon.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the daemon, in the foreground (this is what happens without a subcommand)."
    )

    @ArgumentParser.OptionGroup var arguments: ConfigurationArguments

    @Flag(name: .customLong("version"), help: "Print the version and exit.")
    var version = false

    func run() async throws {
        if version { return print(BuildVersion.current) }
        forbidCoreDumps()
        let settings: DaemonSettings
        let configuration: Configuration
        do {
            configuration = try arguments.load()
            let errors = configuration.validate().filter { $0.severity == .error }
            guard errors.isEmpty else { throw SettingsError(errors.map(\.description).joined(separator: "\n")) }
            settings = try DaemonSettings(configuration)
        } catch {
            Terminal.complain("karbor-protection: \(error)")
            throw ExitCode.configuration
        }
        do {
            let control = try LogSettings(configuration).bootstrap(environment: ProcessEnvironment.all)
            try await Daemon(
                settings: settings, configuration: configuration, logControl: control, reloaded: arguments.load
            ).run()
        } catch {
            Terminal.complain("karbor-protection: \(error)")
            throw ExitCode.failure
        }
    }
}

extension LogSettings {
    /// The options of oslo.log.
    init(_ configuration: Configuration) throws(ConfigurationError) {
        self.init(identifier: "karbor-protection")
        debug = try configuration.get(LoggingOptions.debug)
        useJournal = try configuration.get(LoggingOptions.useJournal)
        useStandardError = try configuration.get(LoggingOptions.useStandardError)
        useJSON = try configuration.get(LoggingOptions.useJSON)
        file = try configuration.get(LoggingOptions.file)
        directory = try configuration.get(LoggingOptions.directory)
        dateFormat = try configuration.get(LoggingOptions.dateFormat)
    }
}
