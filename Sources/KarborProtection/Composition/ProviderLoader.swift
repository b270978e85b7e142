import Banks
import Engine
import FoundationEssentials
import Loop
import OsloConfig
import PluginKit
import Plugins
import Protection

/// Makes providers of provider files: the one place that knows banks and plugins by their names in such a file.
struct ProviderLoader: Sendable {
    let time: any TimeSource
    /// `[protection] poll_interval`, for plugins that have none of their own.
    let pollInterval: Duration

    /// What became of each file of the directory, in their order. Throws where the directory itself cannot be read.
    func loadAll(in directory: String?) throws(ConfigurationError) -> [(file: String, outcome: Outcome)] {
        guard let directory else { return [] }
        return try FileReader.files(in: directory).map { ($0, load($0)) }
    }

    /// What became of one file.
    enum Outcome: Sendable {
        /// It is used, whatever its bank is like at the moment.
        case loaded(Provider, problems: [ConfigurationProblem], bankFault: BankError?)
        case disabled
        case failed(String)
    }

    static let registry = ProviderFileOptions.registry(with: [FileSystemBank.options, VolumeBackupPlugin.options])

    func load(_ file: String) -> Outcome {
        do {
            let configuration = try Configuration.load(registry: Self.registry, sources: [.file(file)])
            guard try configuration.get(ProviderFileOptions.enabled) else { return .disabled }
            let bank = try bank(try configuration.get(ProviderFileOptions.bank), configuration)
            let leases = try FileSystemBank.leases(configuration, time: time)
            return .loaded(
                try provider(configuration, bank, leases), problems: configuration.validate(),
                bankFault: fault(of: bank))
        } catch {
            return .failed("\(error)")
        }
    }

    private func provider(
        _ configuration: Configuration, _ bank: any Bank, _ leases: LeaseCollection
    ) throws -> Provider {
        let id = try configuration.get(ProviderFileOptions.id)
        guard Self.isUUID(id) else { throw SettingsError("[provider] id: \(id) is no UUID") }
        let plugins = try configuration.get(ProviderFileOptions.plugins).map { try plugin($0, configuration) }
        guard !plugins.isEmpty else { throw SettingsError("[provider] plugin: there is none") }
        return Provider(
            id: id, name: try configuration.get(ProviderFileOptions.providerName),
            description: try configuration.get(ProviderFileOptions.description),
            checkpoints: CheckpointCollection(bank: bank), leases: leases, plugins: plugins)
    }

    /// In whatever case and with or without dashes, as Karbor takes it. It stays as it is written: the paths in a bank
    /// that Karbor wrote hold it so.
    private static func isUUID(_ text: String) -> Bool {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
        return digits.count == 32 && digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    }

    private func bank(_ name: String, _ configuration: Configuration) throws -> FileSystemBank {
        switch name {
        case "karbor-fs-bank-plugin": try FileSystemBank(configuration, time: time)
        default: throw SettingsError("[provider] bank: \(name) is not known; there is karbor-fs-bank-plugin")
        }
    }

    private func fault(of bank: FileSystemBank) -> BankError? {
        do {
            try bank.check()
            return nil
        } catch {
            return error
        }
    }

    private func plugin(_ name: String, _ configuration: Configuration) throws -> any ProtectionPlugin {
        switch name {
        case NoOperationPlugin.name: return NoOperationPlugin()
        case VolumeBackupPlugin.name: return try VolumeBackupPlugin(configuration, pollInterval: pollInterval)
        default:
            let known = [NoOperationPlugin.name, VolumeBackupPlugin.name].joined(separator: ", ")
            throw SettingsError("[provider] plugin: \(name) is not known; there are \(known)")
        }
    }
}
