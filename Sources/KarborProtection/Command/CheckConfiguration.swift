import ArgumentParser
import Keystone
import Loop
import OsloConfig

/// Reads all configuration as the daemon would, and says what it thinks of it. Exit status 2 if something in it cannot be
/// used: the daemon would not start, or not do all that the files say.
struct CheckConfiguration: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Check karbor.conf and the provider files, and ask Keystone for a service token.")

    @ArgumentParser.OptionGroup var arguments: ConfigurationArguments

    @Flag(help: "Do not ask Keystone.")
    var offline = false

    func run() async throws {
        var report = CheckReport()
        await check(&report)
        if report.errors > 0 { throw ExitCode.configuration }
        print(report.summary)
    }

    private func check(_ report: inout CheckReport) async {
        do {
            let configuration = try arguments.load()
            report.add(configuration.validate())
            let isReadable = report.errors == 0
            do {
                let settings = try DaemonSettings(configuration)
                for problem in StartCheck.problems(settings, configuration) { report.error(problem) }
                for warning in StartWarnings.all(settings, configuration) { report.warning(warning) }
                checkProviders(settings, &report)
                if !offline { await checkCredential(settings, &report) }
            } catch  where isReadable {
                throw error
            } catch {
                // A value that is wrong has been told already.
            }
        } catch {
            report.error("\(error)")
        }
    }

    private func checkProviders(_ settings: DaemonSettings, _ report: inout CheckReport) {
        let loop = Loop(label: "karbor.check")
        let loader = ProviderLoader(time: loop, pollInterval: settings.pollInterval)
        do {
            for (file, outcome) in try loader.loadAll(in: settings.providerDirectory) {
                switch outcome {
                case .disabled: report.notice("\(file): not enabled")
                case .loaded(let provider, let problems, let bankFault):
                    report.add(problems)
                    report.notice("\(file): provider \(provider.id), \(provider.description.name)")
                    if let bankFault { report.error("\(file): \(bankFault)") }
                case .failed(let reason): report.error("\(file): \(reason)")
                }
            }
        } catch {
            report.error("\(error)")
        }
    }

    /// A Keystone that does not answer is no reason to call the files wrong; one that refuses the credential is.
    private func checkCredential(_ settings: DaemonSettings, _ report: inout CheckReport) async {
        let group = "[\(settings.credential.group)]"
        let loop = Loop(label: "karbor.check")
        do {
            let clients = try CloudClients(settings, loop: loop)
            let token = try await clients.identity.authenticate(
                settings.credential.credential, until: loop.now() + .seconds(15))
            if let warning = StartWarnings.role(of: token.roleNames, settings) {
                report.warning(warning)
            } else {
                report.notice("\(group) gets a service token with the roles \(token.roleNames.joined(separator: ", "))")
            }
            await clients.transport.shutdown()
        } catch let error as ServiceError where error.disposition != .transient {
            report.error("\(group) gets no token: \(error)")
        } catch {
            report.warning("\(group) gets no token now: \(error)")
        }
    }
}
