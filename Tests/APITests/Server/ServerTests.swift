import Foundation
import Hummingbird
import HummingbirdTesting
import Protection
import ServiceLifecycle
import Testing

@testable import API

/// Over a real socket: what only a server does.
@Suite struct ServerTests {
    @Test func `it answers over a socket as it does without one`() async throws {
        let api = try TestAPI()
        let plan = api.addPlan()
        try await api.run(.live) { client in
            let answer = try await client.get("plans/\(plan.id)")
            #expect(answer.status == 200)
            #expect(answer.json["plan"]?["id"] == .string(plan.id))
            #expect(answer.header("Content-Length") == String(answer.text.utf8.count))
            #expect(api.callers.all.first?.remoteAddress == "127.0.0.1")
        }
    }

    @Test func `ten megabytes of JSON are refused, and the service goes on`() async throws {
        let api = try TestAPI()
        let body = "{\"plan\": \"\(String(repeating: "x", count: 10 << 20))\"}"
        try await api.run(.live) { client in
            let answer = try await RawClient.exchange(
                port: try #require(client.client.port),
                "POST \(APIClient.v1)/plans HTTP/1.1\r\nHost: x\r\nX-Auth-Token: member-token\r\n"
                    + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
            #expect(answer.contains("overLimit"))
            #expect(try await client.get("plans").status == 200)
        }
        #expect(api.writes == 0)
    }

    @Test func `a body that does not say how long it is is refused where it is too long`() async throws {
        let api = try TestAPI { $0.limits.bodyBytes = 1000 }
        let chunk = "64\r\n" + String(repeating: " ", count: 100) + "\r\n"
        try await api.listen { _, port in
            for (chunks, status) in [(9, 400), (11, 413)] {
                let answer = try await RawClient.exchange(
                    port: port,
                    "POST \(APIClient.v1)/plans HTTP/1.1\r\nHost: x\r\nX-Auth-Token: member-token\r\nConnection: close\r\n"
                        + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + String(repeating: chunk, count: chunks) + "0\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer.prefix(200))")
            }
        }
        #expect(api.writes == 0)
    }

    @Test func `it says its port once it listens, and ends when it is told to`() async throws {
        let api = try TestAPI()
        let (ports, announce) = AsyncStream.makeStream(of: Int?.self)
        let server = api.server(whenRunning: { port in announce.yield(port) })
        let group = ServiceGroup(
            configuration: .init(services: [server], gracefulShutdownSignals: [], logger: api.log.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let announced = await ports.first { _ in true }
            let port = try #require(announced ?? nil)
            #expect(port > 0)
            let answer = try await RawClient.exchange(
                port: port, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test func `what is no HTTP, or has too much of a head, is refused and the connection closed`() async throws {
        let api = try TestAPI { $0.limits.headerBytes = 4096 }
        try await api.listen { client, port in
            for request in [
                "GET / HTTP/1.1\r\nX-Auth-Token: \(String(repeating: "a", count: 8192))\r\n\r\n",
                "what?\r\n\r\n",
                "GET /\u{0} HTTP/1.1\r\n\r\n",
            ] {
                let answer = try await RawClient.exchange(port: port, request)
                #expect(answer.hasPrefix("HTTP/1.1 4"), "\(answer.prefix(100))")
            }
            #expect(try await client.get("plans").status == 200)
        }
    }

    @Test func `a body that is no HTTP has one answer, and the connection is closed`() async throws {
        let api = try TestAPI()
        try await api.listen { _, port in
            let answer = try await RawClient.exchange(
                port: port,
                "POST \(APIClient.v1)/plans HTTP/1.1\r\nHost: x\r\nX-Auth-Token: member-token\r\n"
                    + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"pla\r\nzz\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
            #expect(answer.split(separator: "HTTP/1.1 ").count == 1)
        }
        #expect(api.writes == 0)
    }

    @Test func `a silent connection is closed`() async throws {
        let api = try TestAPI { $0.limits.idle = .milliseconds(100) }
        try await api.listen { _, port in
            let answer = try await RawClient.exchange(port: port, "GET /healthz HTTP/1.1\r\nHost: x\r\n")
            #expect(answer.isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["member-token", "wrong-token"], ["1000", "1000000000"])
    func `a body that drips is read for so long and no longer, also one that is refused`(
        token: String, length: String
    ) async throws {
        let api = try TestAPI {
            $0.limits.idle = .seconds(20)
            $0.limits.body = .milliseconds(300)
        }
        try await api.listen { client, port in
            let began = ContinuousClock.now
            _ = try await RawClient.exchange(
                port: port,
                "POST \(APIClient.v1)/plans HTTP/1.1\r\nHost: x\r\nX-Auth-Token: \(token)\r\n"
                    + "Content-Type: application/json\r\nContent-Length: \(length)\r\n\r\n",
                then: " ", every: .milliseconds(100))
            let took = ContinuousClock.now - began
            // What is refused unread is not waited for.
            let isRefused = token == "wrong-token" || length == "1000000000"
            #expect((isRefused || took >= .milliseconds(300)) && took < .seconds(15), "\(took)")
            #expect(try await client.get("plans").status == 200)
        }
        #expect(api.log.lines.filter { $0.message == "request" }.count == 2)
        #expect(api.writes == 0)
    }

    @Test func `a connection lives longer than a body may take`() async throws {
        let api = try TestAPI { $0.limits.body = .milliseconds(600) }
        try await api.run(.live) { client in
            for _ in 0..<4 {
                #expect(
                    try await client.send("POST", "plans", bytes: Array(repeating: 32, count: 100_000)).status == 400)
                try await Task.sleep(for: .milliseconds(200))
            }
        }
        #expect(Set(api.log.lines.filter { $0.message == "request" }.map(\.level)) == [.info])
    }

    @Test func `many at once are all answered`() async throws {
        let api = try TestAPI()
        try await api.listen { _, port in
            let request =
                "GET \(APIClient.v1)/plans HTTP/1.1\r\nHost: x\r\nX-Auth-Token: member-token\r\nConnection: close\r\n\r\n"
            try await withThrowingTaskGroup(of: String.self) { tasks in
                for _ in 0..<50 { tasks.addTask { try await RawClient.exchange(port: port, request) } }
                for try await answer in tasks { #expect(answer.hasPrefix("HTTP/1.1 200 ")) }
            }
        }
    }
}
