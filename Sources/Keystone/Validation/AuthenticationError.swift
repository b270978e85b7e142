package import Loop

/// Why a caller of the API is not known.
package struct AuthenticationError: Error, Sendable {
    /// A small closed set; the raw values are metric labels.
    package enum Code: String, Sendable, CaseIterable {
        case missingToken = "missing_token"
        case invalidToken = "invalid_token"
        /// The caller sent a service token too, and that one is not good.
        case invalidServiceToken = "invalid_service_token"
        /// Keystone does not answer. Nothing is known about the caller's token.
        case identityUnavailable = "identity_unavailable"
        /// Keystone does not let the daemon ask. Nothing is known about the caller's token.
        case credentialRefused = "credential_refused"
    }

    package let code: Code
    /// For the operator; a caller is told no more than the status.
    package let message: String
    package let cause: ServiceError?

    package init(_ code: Code, _ message: String, cause: ServiceError? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// 401 if the caller has to bring something else, 503 if it is not the caller's fault.
    package var httpStatus: Int {
        switch code {
        case .missingToken, .invalidToken, .invalidServiceToken: 401
        case .identityUnavailable, .credentialRefused: 503
        }
    }

    package var disposition: Disposition { httpStatus == 401 ? .callersFault : .transient }
}
