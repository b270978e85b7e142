import ArgumentParser

/// `karbor-protection version`.
struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the version.")

    func run() {
        print(BuildVersion.current)
    }
}
