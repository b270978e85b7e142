import ArgumentParser
import Glibc
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
        // Until the daemon listens to it: by default it ends the process, and systemd would hold that for a clean end.
        signal(SIGHUP, SIG_IGN)
        let settings: DaemonSettings
        let configuration: Configuration
        do {
            configuration = try arguments.loadValid()
            settings = try DaemonSettings(configuration)
        } catch {
            Terminal.complain("karbor-protection: \(error)")
            throw ExitCode.configuration
        }
        do {
            let control = try LoggingOptions.settings(in: configuration, identifier: "karbor-protection")
                .bootstrap(environment: ProcessEnvironment.all)
            try await Daemon(
                settings: settings, configuration: configuration, logControl: control, reloaded: arguments.loadValid
            ).run()
        } catch {
            Terminal.complain("karbor-protection: \(error)")
            throw ExitCode.failure
        }
    }
}
