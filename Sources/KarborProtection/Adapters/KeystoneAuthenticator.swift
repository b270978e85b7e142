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
        do {
            return Caller(
                userID: context.userID, projectID: context.projectID ?? "", roles: context.roles,
                requestID: context.requestID, remoteAddress: context.remoteAddress,
                context: try context.encodedWithSecrets())
        } catch {
            throw .unavailable(reason: "the caller's context cannot be written", retryAfter: .seconds(60))
        }
    }
}
