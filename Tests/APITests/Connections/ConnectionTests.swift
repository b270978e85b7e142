import Foundation
import HummingbirdTesting
import NIOCore
import NIOPosix
import Protection
import ServiceLifecycle
import Testing

@testable import API

/// Over real sockets: clients that do not get on, and what they are told.
@Suite struct ConnectionTests {
    private static func post(_ headers: String, token: String = "member-token") -> String {
        "POST \(APIClient.v1)/plans HTTP/1.1\r\nHost: x\r\nX-Auth-Token: \(token)\r\n"
            + "Content-Type: application/json\r\n\(headers)\r\n"
    }

    /// A connection that stays: what was sent on it so far is all that comes, unless more is sent.
    private static func connect(_ port: Int, _ text: String) async throws -> any Channel {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
        return channel
    }

    /// Sends a byte again and again until the other side closes; how long that took.
    private static func drip(_ port: Int, _ head: String, _ byte: String) async throws -> Duration {
        let began = ContinuousClock.now
        let channel = try await connect(port, head)
        while channel.isActive, ContinuousClock.now - began < .seconds(20) {
            try? await channel.writeAndFlush(ByteBuffer(string: byte)).get()
            try await Task.sleep(for: .milliseconds(50))
        }
        try? await channel.close().get()
        return ContinuousClock.now - began
    }

    @Test func `a head that drips has so long and no longer`() async throws {
        let api = try TestAPI { $0.limits.head = .milliseconds(300) }
        try await api.run(.live) { client in
            let port = try #require(client.client.port)
            let took = try await Self.drip(port, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: ", "a")
            #expect(took >= .milliseconds(300) && took < .seconds(10), "\(took)")
        }
    }

    @Test func `so has a second one on the same connection`() async throws {
        let api = try TestAPI { $0.limits.head = .milliseconds(300) }
        try await api.run(.live) { client in
            let port = try #require(client.client.port)
            let took = try await Self.drip(
                port, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nX-A: ", "a")
            #expect(took < .seconds(10), "\(took)")
        }
    }

    @Test func `between two requests the head's time does not run`() async throws {
        // Long enough that a busy machine reads a request in it.
        let api = try TestAPI { $0.limits.head = .seconds(1) }
        try await api.run(.live) { client in
            let port = try #require(client.client.port)
            let request = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
            let channel = try await Self.connect(port, request)
            try await Task.sleep(for: .milliseconds(1400))
            #expect(channel.isActive)
            try await channel.writeAndFlush(ByteBuffer(string: request)).get()
            try await Task.sleep(for: .milliseconds(100))
            #expect(channel.isActive)
            try await channel.close().get()
        }
    }

    @Test func `a body that drips has so long and no longer`() async throws {
        let api = try TestAPI { $0.limits.body = .milliseconds(300) }
        try await api.run(.live) { client in
            let port = try #require(client.client.port)
            let took = try await Self.drip(port, Self.post("Content-Length: 900000\r\n"), " ")
            #expect(took >= .milliseconds(300) && took < .seconds(10), "\(took)")
        }
        #expect(api.writes == 0)
    }

    @Test(arguments: [
        ("wrong-token", "Content-Length: 900000\r\n", 401), ("member-token", "Content-Length: 99000000\r\n", 413),
    ])
    func `what is refused before it has come is not waited for`(token: String, headers: String, status: Int)
        async throws
    {
        let api = try TestAPI { $0.limits.linger = .milliseconds(300) }
        try await api.run(.live) { client in
            let port = try #require(client.client.port)
            let began = ContinuousClock.now
            let answer = try await RawClient.exchange(port: port, Self.post(headers, token: token))
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer.prefix(200))")
            #expect(answer.lowercased().contains("connection: close\r\n"))
            let dripping = try await Self.drip(port, Self.post(headers, token: token), " ")
            #expect(dripping < .seconds(5), "\(dripping)")
            #expect(ContinuousClock.now - began < .seconds(10))
        }
    }

    @Test func `a refused client that sends on reads its answer all the same`() async throws {
        let api = try TestAPI()
        let body = String(repeating: "x", count: 4 << 20)
        try await api.run(.live) { client in
            let port = try #require(client.client.port)
            let answer = try await RawClient.exchange(
                port: port, Self.post("Content-Length: \(body.utf8.count)\r\n", token: "wrong-token") + body)
            #expect(answer.hasPrefix("HTTP/1.1 401 "), "\(answer.prefix(200))")
        }
    }

    @Test func `one that came whole keeps its connection though it is refused`() async throws {
        let api = try TestAPI()
        try await api.run(.live) { client in
            let port = try #require(client.client.port)
            let refused = Self.post("Content-Length: 2\r\n", token: "wrong-token") + "{}"
            let answer = try await RawClient.exchange(
                port: port, refused + "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 401 "))
            #expect(answer.contains("HTTP/1.1 200 "), "\(answer)")
        }
    }

    @Test(.timeLimit(.minutes(1))) func `where no place is left, those that only wait make room`() async throws {
        let api = try TestAPI { $0.limits.connections = 8 }
        let (ports, announce) = AsyncStream.makeStream(of: Int?.self)
        // Hummingbird's own test server has no limit.
        let group = ServiceGroup(
            configuration: .init(
                services: [api.server(whenRunning: { port in announce.yield(port) })], gracefulShutdownSignals: [],
                logger: api.log.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let announced = await ports.first { _ in true }
            let port = try #require(announced ?? nil)
            let openings = [
                "", "GET /healthz HTTP/1.1\r\nX-A:", Self.post("Content-Length: 900000\r\n"),
                "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
            ]
            var held: [any Channel] = []
            for number in 0..<24 { held.append(try await Self.connect(port, openings[number % openings.count])) }
            for _ in 0..<3 {
                let answer = try await RawClient.exchange(
                    port: port, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 200 "))
            }
            for channel in held { try? await channel.close().get() }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test func `a client that waits to be told to send its body is told`() async throws {
        let api = try TestAPI { $0.limits.body = .seconds(5) }
        try await api.run(.live) { client in
            let port = try #require(client.client.port)
            let waiting = try await RawClient.exchange(
                port: port, Self.post("Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n") + "{}")
            #expect(waiting.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 "), "\(waiting.prefix(200))")
            for (token, length, status) in [("wrong-token", 2, 401), ("member-token", 99_000_000, 413)] {
                let refused = try await RawClient.exchange(
                    port: port, Self.post("Content-Length: \(length)\r\nExpect: 100-continue\r\n", token: token))
                #expect(refused.hasPrefix("HTTP/1.1 \(status) "), "\(refused.prefix(200))")
            }
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nX-A: \(String(repeating: "a", count: 70_000))\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\n" + (0..<200).map { "X-\($0): a\r\n" }.joined() + "\r\n", 431),
        ("GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 414),
        ("what?\r\n\r\n", 400), ("G(T / HTTP/1.1\r\n\r\n", 400),
        (
            "POST \(APIClient.v1)/plans HTTP/1.1\r\nHost: x\r\nX-Auth-Token: member-token\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"pla\r\nzz\r\n", 400
        ),
    ])
    func `what is no HTTP that is taken is refused in Karbor's form`(request: String, status: Int) async throws {
        let api = try TestAPI()
        try await api.run(.live) { client in
            let port = try #require(client.client.port)
            let answer = try await RawClient.exchange(port: port, request)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer.prefix(200))")
            #expect(answer.split(separator: "HTTP/1.1 ").count == 1)
            let body = answer.components(separatedBy: "\r\n\r\n").last ?? ""
            #expect((try? JSONValue(parsing: body))?["badRequest"]?["code"] == .integer(Int64(status)), "\(answer)")
        }
        #expect(api.writes == 0)
    }
}
