import API
import Keystone

extension Impediment {
    /// Why there is no service token; nil where there is one.
    init?(_ status: ServiceTokenStatus) {
        guard !status.isUsable else { return nil }
        switch status.failure?.code {
        case nil: self = .tokenPending
        case .credentialRefused, .unauthorized, .forbidden: self = .credentialRefused
        case .unreachable, .timedOut, .interrupted, .unavailable, .serverError, .rateLimited, .identityUnavailable,
            .cancelled:
            self = .keystoneSilent
        default: self = .tokenUnobtainable
        }
    }
}
