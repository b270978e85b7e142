import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Loop
import NIOCore
import NIOEmbedded
import NIOPosix
import Telemetry
import TestSupport
import Testing

@testable import API

/// The metrics' own listener, over a real socket.
@Suite(.timeLimit(.minutes(1))) struct MetricsServerTests {
    private let log = CollectedLog()
    private let registry = MetricRegistry([MetricDeclaration("things", .gauge, "Things.")])

    private func server(_ change: (inout MetricsConfiguration) -> Void = { _ in }) -> MetricsServer {
        var configuration = MetricsConfiguration(port: 0)
        change(&configuration)
        registry.observe { [MetricObservation("things", 7)] }
        return MetricsServer(configuration: configuration, registry: registry, logger: log.logger)
    }

    @Test func `the metrics are read as they are in the moment they are asked for`() async throws {
        let asked = Locked(0)
        registry.observe {
            let number = asked.withLock { asked in
                asked += 1
                return asked
            }
            return [MetricObservation("things", Double(number))]
        }
        try await MetricsServer(configuration: MetricsConfiguration(port: 0), registry: registry, logger: log.logger)
            .test(.live) { client in
                for number in 1...2 {
                    let answer = try await client.execute(uri: "/metrics", method: .get)
                    #expect(answer.status == .ok)
                    #expect(
                        answer.headers[.contentType] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
                    #expect(String(buffer: answer.body).hasSuffix("\nthings \(number)\n# EOF\n"))
                }
            }
    }

    @Test func `whoever asks without a pause lets others have their turn`() async throws {
        let loop = Loop(label: "test")
        let (responder, logger) = (server().responder, log.logger)
        let answered = Locked(0)
        let askOften: @Sendable () async throws -> Void = {
            for _ in 1...100 {
                let request = Request(
                    head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/metrics"),
                    body: RequestBody(buffer: ByteBuffer()))
                let source = ApplicationRequestContextSource(channel: NIOAsyncTestingChannel(), logger: logger)
                _ = try await responder.respond(to: request, context: BasicRequestContext(source: source))
                answered.withLock { $0 += 1 }
            }
        }
        let look: @Sendable () -> Int = { answered.withLock(\.self) }
        // Both are waiting before the first of them begins.
        let (many, other) = try await loop.spawn { @Sendable in (loop.spawn(askOften), loop.spawn(look)) }.value
        #expect(try await other.value < 2)
        try await many.value
    }

    @Test(arguments: ["/", "/metrics/x", "/v1/p/plans", "/healthz"])
    func `nothing else is there`(path: String) async throws {
        try await server().test(.live) { client in
            let answer = try await client.execute(uri: path, method: .get)
            #expect(answer.status == .notFound)
            #expect(!String(buffer: answer.body).contains("things"))
        }
    }

    @Test func `nothing can be changed`() async throws {
        try await server().test(.live) { client in
            #expect(try await client.execute(uri: "/metrics", method: .post).status == .notFound)
            let head = try await client.execute(uri: "/metrics", method: .head)
            #expect(head.status == .ok && head.body.readableBytes == 0)
        }
    }

    @Test func `a client that says nothing is closed in time, as the API's is`() async throws {
        let server = server { $0.limits.head = .milliseconds(200) }
        try await server.test(.live) { client in
            let port = try #require(client.port)
            #expect(try await RawClient.exchange(port: port, "GET /metrics HTT") == "")
        }
    }

    @Test func `with all places taken the one that idles longest makes room, as with the API`() async throws {
        let server = server {
            $0.limits.connections = 2
            $0.limits.head = .seconds(600)
        }
        try await server.test(.live) { client in
            let port = try #require(client.port)
            var idlers: [any Channel] = []
            for _ in 0..<2 {
                idlers.append(
                    try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                        .connect(host: "127.0.0.1", port: port).get())
            }
            try await eventually { [first = idlers[0]] in !first.isActive }
            let answer = try await RawClient.exchange(
                port: port, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            for idler in idlers { try? await idler.close().get() }
        }
    }
}
