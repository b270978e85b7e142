import HTTPTransport
import HTTPTypes
import TestSupport
import Testing

/// A request is sent at most once, whatever becomes of its connection.
@Suite(.timeLimit(.minutes(1))) struct OnceOnlyTests {
    enum Ending: CaseIterable, Sendable {
        case close, reset, closeAfterHeadWasRead
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var method: HTTPRequest.Method
        var body: RequestBody

        var testDescription: String {
            switch body {
            case .none: "\(method)"
            case .bytes(let bytes): "\(method) with \(bytes.count) bytes"
            case .stream: "\(method) with a stream"
            }
        }
    }

    /// The answer to the first request keeps the connection, which then ends after the second one has been read.
    @Test(
        arguments: [
            Case(method: .post, body: .bytes(Array("create".utf8))), Case(method: .post, body: .none),
            Case(method: .post, body: .bytes([UInt8](repeating: 1, count: 300_000))),
            Case(method: .post, body: .stream(length: nil, next: Pieces(["create"]).next)),
            Case(method: .put, body: .bytes(Array("x".utf8))), Case(method: .delete, body: .none),
            Case(method: .get, body: .none), Case(method: .head, body: .none),
        ], Ending.allCases)
    func `a request whose kept connection ends before the answer fails, and is not sent again`(
        second: Case, ending: Ending
    ) async throws {
        let server = try ScriptedServer { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(ScriptedResponse(200))
            if ending == .closeAfterHeadWasRead {
                _ = try connection.readHead()
                return
            }
            guard try connection.readRequest() != nil else { return }
            if ending == .reset { connection.reset() }
        }
        try await withTransport { transport, _ in
            _ = try await transport.send(request(.get, server.authority, "/first"))
            let error = try await transportError {
                _ = try await transport.send(
                    request(second.method, server.authority, "/second", body: second.body))
            }
            #expect(error.code == .reset && error.disposition == .transient, "\(error)")
            #expect(error.requestMayHaveArrived)
            // Whatever was sent a second time would have come by a new connection, before this one.
            _ = try? await transport.send(request(.get, server.authority, "/third"))
        }
        #expect(server.requests.filter { $0.path == "/second" && $0.connection > 1 }.isEmpty)
        #expect(server.requests.count { $0.path == "/second" } <= 1)
        #expect(server.requests.contains { $0.path == "/third" && $0.connection > 1 })
    }

    @Test func `a kept connection that the server has closed meanwhile is not used`() async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.send(ScriptedResponse(200))
        }
        try await withTransport { transport, loop in
            for number in 1...5 {
                let body = RequestBody.bytes(Array("\(number)".utf8))
                #expect(try await transport.send(request(.post, server.authority, body: body)).status == .ok)
                while server.openCount > 0 { try await loop.sleep(for: .milliseconds(1)) }
            }
        }
        #expect(server.requests.map(\.text) == ["1", "2", "3", "4", "5"])
        #expect(server.connectionCount == 5)
    }
}
