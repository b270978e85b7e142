/// One thing that keeps the daemon from its work, as `/readyz` names it to whoever asks: in closed words only.
///
/// What is behind it stands in the log and in the STATUS line.
package enum Impediment: String, Sendable, CaseIterable {
    case tokenPending = "no service token yet"
    case keystoneSilent = "no service token: Keystone does not answer"
    case credentialRefused = "no service token: Keystone refuses the credential"
    case tokenUnobtainable = "no service token: Keystone gives none"
    case storeFailing = "the store cannot be written"
    case storeSilent = "the store does not answer"
    case noProvider = "no provider is loaded"

    /// Which part of the daemon it is about.
    package var component: String {
        switch self {
        case .tokenPending, .keystoneSilent, .credentialRefused, .tokenUnobtainable: "keystone"
        case .storeFailing, .storeSilent: "store"
        case .noProvider: "provider"
        }
    }
}
