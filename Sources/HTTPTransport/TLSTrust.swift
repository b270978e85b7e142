/// Whose certificates are accepted.
package enum TLSTrust: Sendable, Hashable {
    /// The certificate authorities that the machine trusts.
    case system
    /// Those in this PEM file, and no others.
    case file(String)
    /// Anybody's: neither certificate nor host name is checked.
    case insecure
}
