package import Hummingbird
package import HummingbirdCore
package import Logging
package import NIOCore
package import Telemetry

/// `GET /metrics`, on an address of its own: the metrics are the operator's, and no tenant reaches them through the API.
///
/// Starts and stops as `APIServer` does. It asks for no token: whoever reaches the address may read, and nothing in it is
/// secret.
package struct MetricsServer: ApplicationProtocol {
    package let responder: RouterResponder<BasicRequestContext>
    package let server: HTTPServerBuilder
    package let configuration: ApplicationConfiguration
    package let logger: Logger
    private let whenRunning: @Sendable (Int?) async -> Void

    /// - Parameter whenRunning: called with the port once it listens, before the first connection is taken.
    package init(
        configuration: MetricsConfiguration, registry: MetricRegistry, logger: Logger,
        whenRunning: @escaping @Sendable (Int?) async -> Void = { _ in }
    ) {
        var quiet = logger
        quiet.logLevel = .info
        responder = Self.responder(registry)
        server = .http1(configuration.limits)
        self.configuration = ApplicationConfiguration(
            address: .hostname(configuration.host, port: configuration.port),
            availableConnectionsDelegate: MaximumAvailableConnections(configuration.limits.connections, logger: quiet))
        self.logger = quiet
        self.whenRunning = whenRunning
    }

    package var eventLoopGroup: any EventLoopGroup { EventLoops.shared }

    package func onServerRunning(_ channel: any Channel) async {
        await whenRunning(channel.localAddress?.port)
    }

    private static func responder(_ registry: MetricRegistry) -> RouterResponder<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.get("metrics") { _, _ in
            // Who sends the next request before it has the answer must not keep the thread: the API's have their turn.
            await Task.yield()
            return Response(
                status: .ok, headers: [.contentType: MetricRegistry.contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: registry.exposition())))
        }
        return router.buildResponder()
    }
}
