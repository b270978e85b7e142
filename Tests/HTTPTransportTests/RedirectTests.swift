import HTTPTransport
import HTTPTypes
import TestSupport
import Testing

/// Header fields carry tokens, so that where a request goes is never left to the server that answers it.
@Suite struct RedirectTests {
    private static func server(leadingTo location: @escaping @Sendable (ScriptedRequest) -> String?) throws
        -> ScriptedServer
    {
        try ScriptedServer { request in
            guard let location = location(request) else { return ScriptedResponse(200, text: request.path) }
            return ScriptedResponse(302, [.location: location], text: "over there")
        }
    }

    private func get(
        _ server: ScriptedServer, _ path: String, _ redirects: RedirectPolicy, method: HTTPRequest.Method = .get,
        body: RequestBody = .none
    ) throws -> TransportRequest {
        var asked = request(
            method, server.authority, path, headerFields: [try #require(.init("X-Auth-Token")): "secret"], body: body)
        asked.redirects = redirects
        return asked
    }

    @Test func `without a policy a redirect is an answer`() async throws {
        let server = try Self.server { $0.path == "/a" ? "/b" : nil }
        let asked = try get(server, "/a", .none)
        let response = try await withTransport { transport, _ in try await transport.send(asked) }
        #expect(response.status == .found && response.headerFields[.location] == "/b")
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [HTTPRequest.Method.get, .head], [301, 302, 303, 307, 308])
    func `within one origin it is followed by the same method with the same fields, over the same connection`(
        method: HTTPRequest.Method, status: Int
    ) async throws {
        let server = try ScriptedServer { request in
            switch request.path {
            case "/v3/a": ScriptedResponse(status, [.location: "b?x=1"], text: "over there")
            case "/v3/b?x=1":
                ScriptedResponse(status, [.location: "http://\(request.headerFields[.init("Host")!]!)/c#top"])
            default: ScriptedResponse(200, text: "here")
            }
        }
        let asked = try get(server, "/v3/a", .sameOrigin(max: 2), method: method)
        let (whole, streamed) = try await withTransport { transport, _ in
            let streamed = try await transport.open(asked)
            return (try await transport.send(asked), try await streamed.body.collect(upTo: 100))
        }
        #expect(whole.status == .ok)
        #expect(whole.body == (method == .head ? [] : Array("here".utf8)) && streamed == whole.body)
        #expect(server.requests.map(\.path) == ["/v3/a", "/v3/b?x=1", "/c", "/v3/a", "/v3/b?x=1", "/c"])
        for request in server.requests {
            #expect(request.method == method && request.headerFields[.init("X-Auth-Token")!] == "secret")
        }
    }

    @Test(arguments: [
        "http://127.0.0.1:OTHER/b", "http://localhost:SAME/b", "https://127.0.0.1:SAME/b", "//127.0.0.1:OTHER/b",
        "http://user@127.0.0.1:SAME/b", "http://127.0.0.1/b", "ftp://127.0.0.1:SAME/b", "file:///etc/passwd", "http://",
    ])
    func `to another origin it is an error, and nobody there hears of it`(location: String) async throws {
        let other = try ScriptedServer { _ in ScriptedResponse(200) }
        let otherPort = other.port
        let server = try Self.server { request in
            let host = request.headerFields[.init("Host")!] ?? ""
            let port = host.split(separator: ":").last ?? ""
            return location.replacing("OTHER", with: "\(otherPort)").replacing("SAME", with: port)
        }
        let asked = try get(server, "/a", .sameOrigin(max: 5))
        let error = try await withTransport { transport, _ in
            let error = try await transportError { _ = try await transport.open(asked) }
            #expect(error.code == .redirect)
            return try await transportError { _ = try await transport.send(asked) }
        }
        #expect(error.code == .redirect && error.disposition == .permanent)
        #expect(!error.message.contains("secret"))
        #expect(other.connectionCount == 0 && server.requests.count == 2)
    }

    @Test func `a chain that is too long is an error`() async throws {
        let server = try Self.server { "/\($0.path.count)" + $0.path }
        let asked = try get(server, "/a", .sameOrigin(max: 3))
        let error = try await withTransport { transport, _ in
            try await transportError { _ = try await transport.send(asked) }
        }
        #expect(error.code == .redirect)
        #expect(server.requests.count == 4)
    }

    @Test(arguments: [HTTPRequest.Method.post, .put, .delete])
    func `other methods never follow one`(method: HTTPRequest.Method) async throws {
        let server = try Self.server { $0.path == "/a" ? "/b" : nil }
        let asked = try get(server, "/a", .sameOrigin(max: 5), method: method, body: .bytes([1]))
        let response = try await withTransport { transport, _ in try await transport.send(asked) }
        #expect(response.status == .found)
        #expect(server.requests.map(\.path) == ["/a"])
    }

    @Test func `a redirect that leads nowhere is an answer`() async throws {
        let server = try ScriptedServer { _ in ScriptedResponse(301) }
        let asked = try get(server, "/a", .sameOrigin(max: 5))
        let response = try await withTransport { transport, _ in try await transport.send(asked) }
        #expect(response.status == .movedPermanently)
    }
}
