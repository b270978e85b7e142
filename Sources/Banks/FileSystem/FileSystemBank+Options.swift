package import Loop
package import OsloConfig
import Protection

/// What a provider file says about a bank of this kind, in Karbor's names.
extension FileSystemBank {
    static let group = "file_system_bank_plugin"

    package static let pathOption = ConfigOption<String>.requiredString(
        "file_system_bank_path", in: group,
        help: "The folder in which the bank's container lies. It is made at the first write.")

    package static let containerOption = ConfigOption<String>.string(
        "bank_object_container", in: group, default: defaultContainer,
        help: "The folder in file_system_bank_path that holds the bank's objects.")

    package static let options = OptionGroup(
        group, help: "The bank of a provider with bank = karbor-fs-bank-plugin.",
        [
            pathOption.erased, containerOption.erased, expireOption.erased, renewOption.erased, validityOption.erased,
        ])

    /// The bank that a provider file describes. Touches no file.
    ///
    /// Throws `ConfigurationError`, or `BankError` for a path or container that is none.
    package convenience init(_ provider: Configuration, time: any TimeSource) throws {
        let container = try provider.get(Self.containerOption)
        guard container != Self.leaseContainer else {
            throw BankError(
                .invalidKey, "bank_object_container cannot be \(container): the leases of daemons lie there")
        }
        try self.init(path: try provider.get(Self.pathOption), container: container, time: time)
    }
}
