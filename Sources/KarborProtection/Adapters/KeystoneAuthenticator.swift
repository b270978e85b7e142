import API
import Engine
import Keystone

/// Has Keystone say who a caller is.
struct KeystoneAuthenticator: Authenticator {
    let validator: TokenValidator

    func authenticate(_ credentials: PresentedCredentials) async throws(AuthenticationFault) -> Caller {
        let identity: CallerIdentity
        do {
            identity = try await validator.authenticate(
                token: credentials.token, serviceToken: credentials.serviceToken)
        } catch {
            guard error.httpStatus != 401 else { throw .unauthenticated(reason: error.message) }
            throw .unavailable(reason: error.message, retryAfter: .seconds(5))
        }
        let context = RequestContext(
            token: identity.token, requestID: credentials.requestID, remoteAddress: credentials.remoteAddress)
        return Caller(context)
    }
}
