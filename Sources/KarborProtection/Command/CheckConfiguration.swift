import ArgumentParser
import Keystone
import Loop
import OsloConfig
import Protection

/// Reads all configuration as the daemon would, and says what it thinks of it. Exit status 2 if something in it cannot be used:
/// the daemon would not start, or would start without a provider.
struct CheckConfiguration: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Check karbor.conf and the provider files, and ask Keystone for a service token.")

    @ArgumentParser.OptionGroup var arguments: ConfigurationArguments

    @Flag(help: "Do not ask Keystone.")
    var offline = false

    func run() async throws {
        let configuration = try loaded()
        let problems = configuration.validate()
        for problem in problems { print(problem) }
        var failed = problems.contains { $0.severity == .error }
        let settings: DaemonSettings
        do {
            settings = try DaemonSettings(configuration)
        } catch {
            // A wrong value is among the problems already.
            if !failed { print("error: \(error)") }
            throw ExitCode.configuration
        }
        for problem in StartCheck.problems(settings, configuration) {
            print("error: \(problem)")
            failed = true
        }
        for warning in StartWarnings.all(settings, configuration) { print("warning: \(warning)") }
        if !checkProviders(settings) { failed = true }
        if !offline { await checkCredential(settings) }
        if failed { throw ExitCode.configuration }
        print("ok")
    }

    private func loaded() throws -> Configuration {
        do {
            return try arguments.load()
        } catch {
            print("error: \(error)")
            throw ExitCode.configuration
        }
    }

    private func checkProviders(_ settings: DaemonSettings) -> Bool {
        let loop = Loop(label: "karbor.check")
        let loader = ProviderLoader(time: loop, pollInterval: settings.pollInterval)
        let files: [(file: String, outcome: ProviderLoader.Outcome)]
        do {
            files = try loader.loadAll(in: settings.providerDirectory)
        } catch {
            print("error: \(error)")
            return false
        }
        var good = true
        for (file, outcome) in files {
            switch outcome {
            case .disabled: print("notice: \(file): not enabled")
            case .loaded(let provider, let problems):
                for problem in problems { print(problem) }
                if problems.contains(where: { $0.severity == .error }) { good = false }
                print("notice: \(file): provider \(provider.id), \(provider.description.name)")
            case .failed(let reason):
                print("error: \(file): \(reason)")
                good = false
            }
        }
        return good
    }

    /// A credential that cannot be tried is no reason to call the files wrong: Keystone may be down just now.
    private func checkCredential(_ settings: DaemonSettings) async {
        let loop = Loop(label: "karbor.check")
        do {
            let clients = try CloudClients(settings, loop: loop)
            let token = try await clients.identity.authenticate(
                settings.credential.credential, until: loop.now() + .seconds(15))
            if let warning = StartWarnings.role(of: token.roleNames, settings) {
                print("warning: \(warning)")
            } else {
                print(
                    "notice: [\(settings.credential.group)] gets a service token with the roles "
                        + token.roleNames.joined(separator: ", "))
            }
            await clients.transport.shutdown()
        } catch {
            print("warning: [\(settings.credential.group)] gets no token: \(error)")
        }
    }
}
