import ArgumentParser
import OsloConfig

struct SampleConfiguration: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample-config", abstract: "Print a commented karbor.conf with every option and its default.")

    func run() {
        print(SampleFile.render(KarborOptions.registry), terminator: "")
    }
}
