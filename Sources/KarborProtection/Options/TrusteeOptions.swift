import OsloConfig

/// The credential upstream's daemon has, `[trustee]`: the last group a service token is taken from.
enum TrusteeOptions {
    static let credential = CredentialOptions(in: "trustee")

    static let group = OptionGroup(
        credential.group,
        help: "The credential that Karbor took its service token from. Usually without a project, and then of no use "
            + "for that: see [service_user].",
        credential.options)
}
