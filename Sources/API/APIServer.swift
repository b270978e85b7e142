package import Hummingbird
package import HummingbirdCore
package import Logging
package import NIOCore

/// Karbor's REST API v1, listening.
///
/// A `ServiceLifecycle.Service` by way of Hummingbird: `run()` returns after a graceful shutdown, which stops listening,
/// lets requests in flight be answered, and closes what is idle. It throws if the address cannot be had.
package struct APIServer: ApplicationProtocol {
    package let responder: APIResponder
    package let server: HTTPServerBuilder
    package let configuration: ApplicationConfiguration
    package let logger: Logger
    private let whenRunning: @Sendable (Int?) async -> Void

    /// - Parameter logger: at whose level the API itself logs.
    /// - Parameter whenRunning: called with the port once it listens, before the first connection is taken.
    package init(
        configuration: APIConfiguration, services: APIServices, logger: Logger,
        whenRunning: @escaping @Sendable (Int?) async -> Void = { _ in }
    ) {
        let limits = configuration.limits
        // What Hummingbird says below that is about its own workings, and quotes errors that may hold what a client sent.
        var quiet = logger
        quiet.logLevel = .info
        responder = APIResponder(
            routes: Routes(configuration: configuration, services: services).build(), configuration: configuration,
            services: services, log: RequestLog(logger: logger))
        server = .http1(limits)
        self.configuration = ApplicationConfiguration(
            address: .hostname(configuration.host, port: configuration.port),
            availableConnectionsDelegate: MaximumAvailableConnections(limits.connections, logger: quiet))
        self.logger = quiet
        self.whenRunning = whenRunning
    }

    package var eventLoopGroup: any EventLoopGroup { EventLoops.shared }

    package func onServerRunning(_ channel: any Channel) async {
        await whenRunning(channel.localAddress?.port)
    }
}
