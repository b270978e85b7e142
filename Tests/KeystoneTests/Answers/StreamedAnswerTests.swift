import HTTPTransport
import HTTPTypes
import Loop
import Telemetry
import TestSupport
import Testing

@testable import Keystone

/// Answers whose bodies are read piece by piece, over real sockets.
@Suite(.timeLimit(.minutes(1))) struct StreamedAnswerTests {
    private let read = ServiceRequest(.get, "volumes/1/data", timeout: .seconds(30))
    private static let data = (0..<14).reduce(into: Array(UInt8.min...UInt8.max)) { data, _ in data += data }

    private func collect(_ response: StreamedServiceResponse) async throws(ServiceError) -> [UInt8] {
        var all: [UInt8] = []
        for try await piece in response.body { all += piece }
        return all
    }

    @Test func `the body comes whole, below an answer's head, with both tokens and our id on the request`() async throws
    {
        try await withRig { rig in
            let desk = try StorageDesk(keystone: rig.keystone) { _, connection in
                try connection.send(ScriptedResponse(206, [.eTag: "x", .openStackRequestID: "req-theirs"], Self.data))
            }
            let response = try await rig.adapter(desk).open(read)
            #expect(response.status == 206 && response.headerFields[.eTag] == "x")
            #expect(response.requestID == "req-theirs")
            #expect(try await collect(response) == Self.data)
            let request = try #require(desk.requests.first)
            #expect(request.path == "/v1/demo-id/volumes/1/data" && request.headerFields[.accept] == "*/*")
            #expect(request.headerFields[.openStackRequestID] != nil)
        }
    }

    @Test func `a 401 before the body is a renewal, and the caller sees only the second answer`() async throws {
        try await withRig { rig in
            let desk = try StorageDesk(keystone: rig.keystone) { _, connection in
                try connection.send(ScriptedResponse(200, [:], Self.data))
            }
            let adapter = try await rig.adapter(desk, serviceTokenIsRevoked: true)
            #expect(try await collect(adapter.open(read)) == Self.data)
            #expect(desk.requests.count == 2 && rig.keystone.authentications == 2)
        }
    }

    @Test func `a 503 before the body is waited out`() async throws {
        try await withRig { rig in
            let left = Locked(2)
            let desk = try StorageDesk(keystone: rig.keystone) { _, connection in
                let isIll = left.withLock { left in
                    left -= 1
                    return left >= 0
                }
                try connection.send(
                    isIll ? ScriptedResponse(503, [.retryAfter: "0"]) : ScriptedResponse(200, text: "x"))
            }
            #expect(try await collect(rig.adapter(desk).open(read)) == Array("x".utf8))
            #expect(desk.requests.count == 3)
        }
    }

    @Test func `a refusal is the error that send would throw, with the service's own words`() async throws {
        try await withRig { rig in
            let desk = try StorageDesk(keystone: rig.keystone) { _, connection in
                let text = #"{"itemNotFound": {"message": "Volume 1 could not be found."}}"#
                try connection.send(ScriptedResponse(404, [.contentType: "application/json"], text: text))
            }
            let adapter = try await rig.adapter(desk)
            let error = try await serviceError { _ = try await adapter.open(read) }
            #expect(error.code == .notFound && error.status == 404)
            #expect(error.message == "Volume 1 could not be found.")
        }
    }

    @Test func `a refusal whose text never ends, or breaks off, is a refusal all the same`() async throws {
        try await withRig { rig in
            let (taken, sayTaken) = AsyncStream<Int>.makeStream()
            let desk = try StorageDesk(keystone: rig.keystone) { request, connection in
                try connection.send("HTTP/1.1 403 No\r\nContent-Length: 999999999\r\n\r\nno")
                if request.path.hasSuffix("long") { sayTaken.yield(connection.sendUntilStuck(limit: 999_999_997)) }
                connection.reset()
            }
            let adapter = try await rig.adapter(desk)
            for path: ServicePath in ["long", "short"] {
                let error = try await serviceError { _ = try await adapter.open(ServiceRequest(.get, path)) }
                #expect(error.code == .forbidden && error.status == 403)
            }
            let count = try #require(await taken.first { _ in true })
            #expect(count < 64 << 20, "what the kernel's socket buffers hold, and the beginning of its text")
        }
    }

    @Test func `a refusal whose text comes drop by drop is one when the request's time is over`() async throws {
        try await withRig { rig in
            let desk = try StorageDesk(keystone: rig.keystone) { _, connection in
                try connection.send("HTTP/1.1 403 No\r\nContent-Length: 999999999\r\n\r\n")
                while true {
                    try connection.send("no ")
                    connection.sleep(.milliseconds(20))
                }
            }
            let error = try await serviceError {
                _ = try await rig.adapter(desk).open(ServiceRequest(.get, "drops", timeout: .milliseconds(500)))
            }
            #expect(error.code == .forbidden && error.status == 403)
        }
    }

    @Test func `a body that ends early is an interruption after what has come of it, and is not asked for again`()
        async throws
    {
        try await withRig { rig in
            let desk = try StorageDesk(keystone: rig.keystone) { _, connection in
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
                connection.close()
            }
            var reader = try await rig.adapter(desk).open(read).body.makeAsyncIterator()
            #expect(try await reader.next() == Array("12345".utf8))
            let error = try await serviceError { _ = try await reader.next() }
            #expect(error.code == .interrupted && error.disposition == .transient && error.requestMayHaveArrived)
            #expect(error.operation == "GET /v1/demo-id/volumes/1/data" && error.requestID != nil)
            #expect(desk.requests.count == 1)
        }
    }

    @Test func `a body may take longer than the request's timeout, but not stand still, nor outlast the session`()
        async throws
    {
        try await withRig { rig in
            let desk = try StorageDesk(keystone: rig.keystone) { request, connection in
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n")
                let isSlow = request.path.hasSuffix("slow")
                for _ in 0..<(isSlow ? 16 : 5) {
                    connection.sleep(.milliseconds(150))
                    try connection.send("x")
                }
                if !isSlow { _ = connection.waitForEnd() }
            }
            var slow = ServiceRequest(.get, "slow", timeout: .seconds(2))
            slow.idleLimit = .seconds(2)
            #expect(try await collect(rig.adapter(desk).open(slow)).count == 16)
            var stuck = ServiceRequest(.get, "stuck", timeout: .seconds(30))
            stuck.idleLimit = .milliseconds(600)
            let idle = try await serviceError { _ = try await collect(rig.adapter(desk).open(stuck)) }
            #expect(idle.code == .timedOut && idle.message.contains("moved"), "\(idle)")
            let late = try await serviceError {
                let adapter = try await rig.adapter(desk, deadline: .now + .seconds(1))
                _ = try await collect(adapter.open(slow))
            }
            #expect(late.code == .timedOut && late.message.contains("deadline"), "\(late)")
        }
    }

    @Test func `no head within the timeout is a timeout`() async throws {
        try await withRig { rig in
            let desk = try StorageDesk(keystone: rig.keystone) { _, connection in _ = connection.waitForEnd() }
            let error = try await serviceError {
                _ = try await rig.adapter(desk).open(ServiceRequest(.get, "x", timeout: .milliseconds(200)))
            }
            #expect(error.code == .timedOut)
        }
    }

    @Test func `no token follows a redirect to another origin`() async throws {
        try await withRig { rig in
            let stranger = try ScriptedServer { _ in ScriptedResponse(200) }
            let target = "http://\(stranger.authority)/"
            let desk = try StorageDesk(keystone: rig.keystone) { _, connection in
                try connection.send(ScriptedResponse(302, [.location: target]))
            }
            let error = try await serviceError { _ = try await rig.adapter(desk).open(read) }
            #expect(error.code == .redirected)
            #expect(stranger.connectionCount == 0)
        }
    }

    @Test func `a reader that lets go in the middle closes the connection, and the next request is served`()
        async throws
    {
        try await withRig { rig in
            let (ended, sayEnded) = AsyncStream<Bool>.makeStream()
            let desk = try StorageDesk(keystone: rig.keystone) { request, connection in
                guard request.path.hasSuffix("data") else { return try connection.send(ScriptedResponse(200)) }
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n")
                _ = connection.sendUntilStuck(limit: 999_999_999, patience: .milliseconds(50))
                sayEnded.yield(connection.waitForEnd())
            }
            let adapter = try await rig.adapter(desk)
            do {
                let response = try await adapter.open(read)
                for try await _ in response.body { break }
            }
            #expect(await ended.first { _ in true } == true)
            #expect(try await adapter.send(ServiceRequest(.get, "next")).status == 200)
        }
    }
}
