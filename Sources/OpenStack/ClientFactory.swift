package import Keystone
import Loop

/// The clients of one operation: whoever works for it takes them from here, and nowhere else.
///
/// Every client is made when it is first asked for, and is then the same for the whole operation, from any task. All of
/// them speak with the user's token and, beside it, the daemon's own, so that they work until the user's token is no longer
/// acceptable even so (`RequestContext.acceptableUntil`), or with a trust's. They share the connections of the whole process.
package final class ClientFactory: Sendable {
    private let session: Session
    private let environment: ClientEnvironment
    private let made = Locked(Clients())
    /// Its lists are of all projects.
    package let isAdministrators: Bool

    private struct Clients {
        var blockStorage: BlockStorageClient?
    }

    /// The clients that act for the user of `context`.
    ///
    /// - Parameters:
    ///   - delegation: the trust by which they go on when the user's own token is no longer accepted.
    ///   - deadline: no request lasts beyond it.
    ///   - retries: what the clients do about a blink of a service by themselves; `.never` for a caller who has a plan.
    package convenience init(
        context: RequestContext, by delegation: Delegation? = nil, environment: ClientEnvironment,
        deadline: ContinuousClock.Instant? = nil, retries: RetryPolicy = RetryPolicy()
    ) {
        self.init(
            authentication: environment.authentication(context, by: delegation), requestID: context.requestID,
            environment: environment, deadline: deadline, retries: retries)
    }

    /// The clients by which the daemon acts in its own name, as an administrator of all projects. They repeat nothing.
    package convenience init(ofDaemonIn environment: ClientEnvironment, requestID: String) {
        self.init(
            authentication: ServiceUserAuth(tokens: environment.tokens), requestID: requestID, environment: environment,
            retries: .never, isAdministrators: true)
    }

    /// The clients that act for whomever `authentication` stands for.
    package init(
        authentication: any RequestAuthentication, requestID: String, environment: ClientEnvironment,
        deadline: ContinuousClock.Instant? = nil, retries: RetryPolicy = RetryPolicy(), isAdministrators: Bool = false
    ) {
        self.environment = environment
        self.isAdministrators = isAdministrators
        session = Session(
            authentication: authentication, transport: environment.transport, time: environment.time,
            requestID: requestID, deadline: deadline, retries: retries, metrics: environment.metrics)
    }

    package var blockStorage: BlockStorageClient {
        made.withLock { made in
            let client =
                made.blockStorage
                ?? BlockStorageClient(
                    adapter: adapter(environment.blockStorage, "volume 3.43"), listsAllProjects: isAdministrators,
                    timeout: environment.requestTimeout)
            made.blockStorage = client
            return client
        }
    }

    private func adapter(_ settings: ServiceSettings, _ microversion: String? = nil) -> ServiceAdapter {
        ServiceAdapter(
            session: session, serviceType: settings.endpoint.serviceType,
            endpoint: ServiceEndpoint(settings.endpoint, directory: environment.directory), trust: settings.trust,
            microversion: microversion)
    }
}
