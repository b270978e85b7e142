package import ArgumentParser
import Glibc

/// `karbor-protection`: the daemon, and what helps to configure it.
package struct KarborProtectionCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "karbor-protection",
        abstract: "Protects and restores OpenStack resources: the protection service of Karbor.",
        subcommands: [Serve.self, CheckConfiguration.self, SampleConfiguration.self, Version.self],
        defaultSubcommand: Serve.self)

    package init() {}

    /// The process's whole life. A wrong command line is exit status 2, as it is for every OpenStack service.
    package static func run() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            let code = exitCode(for: error)
            let text = fullMessage(for: error)
            if !text.isEmpty { if code.isSuccess { print(text) } else { Terminal.complain(text) } }
            Glibc.exit(code == .validationFailure ? 2 : code.rawValue)
        }
    }
}

/// Exit statuses other than success.
extension ExitCode {
    /// The configuration or the command line is wrong.
    static let configuration = ExitCode(2)
}
