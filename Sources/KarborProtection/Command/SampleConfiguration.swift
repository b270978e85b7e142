import ArgumentParser
import OsloConfig

/// `karbor-protection sample-config`: what etc/karbor/karbor.conf.sample holds.
struct SampleConfiguration: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample-config", abstract: "Print a commented karbor.conf with every option and its default.")

    func run() {
        print(SampleFile.render(KarborOptions.registry), terminator: "")
    }
}
