package import Loop
package import OsloConfig
package import Protection

/// Where daemons that share a bank in a folder find each other: in `<path>/leases`, beside the container.
extension FileSystemBank {
    package static let leaseContainer = "leases"

    private static let standard = LeaseWindows.standard

    static let expireOption = ConfigOption<Duration>.seconds(
        "lease_expire_window", in: group, default: standard.expire / .seconds(1), min: 1,
        help:
            "How long this daemon's lease of the bank holds after a renewal. Another daemon on the same bank takes over what "
            + "this one worked on when it has not renewed its lease for so long.")

    static let renewOption = ConfigOption<Duration>.seconds(
        "lease_renew_window", in: group, default: standard.renewal / .seconds(1), min: 1,
        help: "Time between two renewals; at most half of the time in which the lease is valid.")

    static let validityOption = ConfigOption<Duration>.seconds(
        "lease_validity_window", in: group, default: standard.validity / .seconds(1), min: 0,
        help:
            "A lease with less time left than this is not valid: the daemon changes nothing in the bank until it is renewed. "
            + "A minute of it is for a write that has begun; by the rest the clocks of daemons on one bank may differ.")

    /// The leases beside the bank that a provider file describes. Touches no file.
    ///
    /// Throws `ConfigurationError`, or `BankError` where a lease could never be valid.
    package static func leases(_ provider: Configuration, time: any TimeSource) throws -> LeaseCollection {
        let (expire, validity) = (try provider.get(expireOption), try provider.get(validityOption))
        guard expire > validity else {
            throw BankError(.invalidKey, "lease_expire_window must be longer than lease_validity_window")
        }
        let bank = try FileSystemBank(path: try provider.get(pathOption), container: leaseContainer, time: time)
        return LeaseCollection(
            place: bank.folder.place, bank: bank,
            windows: LeaseWindows(expire: expire, renew: try provider.get(renewOption), validity: validity))
    }
}
