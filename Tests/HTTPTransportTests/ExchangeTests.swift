import HTTPTypes
import Loop
import TestSupport
import Testing

@testable import HTTPTransport

@Suite struct ExchangeTests {
    @Test func `an answer comes with its status, its fields, repeated ones too, and its body`() async throws {
        let server = try ScriptedServer { _ in
            var fields: HTTPFields = [.contentType: "text/plain"]
            fields.append(HTTPField(name: .setCookie, value: "a=1"))
            fields.append(HTTPField(name: .setCookie, value: "b=2"))
            return ScriptedResponse(203, fields, text: "hello")
        }
        let response = try await withTransport { transport, _ in
            try await transport.send(request(.get, server.authority, "/v3/x%20y/../z?q=a%2Fb"))
        }
        #expect(response.status == .init(code: 203))
        #expect(response.headerFields[.contentType] == "text/plain")
        #expect(response.headerFields[values: .setCookie] == ["a=1", "b=2"])
        #expect(response.body == Array("hello".utf8))
        #expect(server.requests.map(\.path) == ["/v3/x%20y/../z?q=a%2Fb"], "a path is sent as it was given")
    }

    @Test func `a request says what it was told to, and nothing that libcurl adds by itself`() async throws {
        let server = try ScriptedServer { _ in ScriptedResponse(200) }
        let token = try #require(HTTPField.Name("X-Auth-Token"))
        let empty = try #require(HTTPField.Name("X-Empty"))
        try await withTransport(TransportConfiguration(userAgent: "tester/1")) { transport, _ in
            let fields: HTTPFields = [token: "secret; with=signs", empty: "", .contentLength: "3"]
            _ = try await transport.send(
                request(.post, server.authority, headerFields: fields, body: .bytes(Array("abc".utf8))))
            _ = try await transport.send(request(.get, server.authority, headerFields: [.userAgent: "own/2"]))
        }
        let post = try #require(server.requests.first)
        #expect(post.headerFields[token] == "secret; with=signs")
        #expect(post.headerFields[empty] == "")
        #expect(post.headerFields[.userAgent] == "tester/1")
        #expect(post.headerFields[.contentType] == nil && post.headerFields[.expect] == nil)
        #expect(post.headerFields[.acceptEncoding] == nil)
        #expect(post.headerFields[values: .contentLength] == ["3"])
        #expect(server.requests.last?.headerFields[values: .userAgent] == ["own/2"])
    }

    @Test(arguments: [
        (HTTPRequest.Method.get, RequestBody.none, nil as String?), (.head, .none, nil), (.delete, .none, nil),
        (.options, .none, nil), (.post, .none, "0"), (.put, .none, "0"), (.patch, .none, "0"),
        (.get, .bytes(Array("body".utf8)), "4"), (.post, .bytes(Array("body".utf8)), "4"), (.put, .bytes([]), "0"),
        (.patch, .bytes([0, 255, 0]), "3"), (.delete, .bytes(Array("body".utf8)), "4"),
    ])
    func `every method goes out by its name, with the length of its body`(
        method: HTTPRequest.Method, body: RequestBody, length: String?
    ) async throws {
        let server = try ScriptedServer { _ in ScriptedResponse(200, [:], text: "answer") }
        let responses = try await withTransport { transport, _ in
            // A streamed request and one of another method before it must leave nothing behind in the handle.
            let other = RequestBody.stream(length: nil, next: Pieces(["xy"]).next)
            _ = try await transport.send(request(.put, server.authority, body: other))
            _ = try await transport.send(request(.head, server.authority))
            return [
                try await transport.send(request(method, server.authority, body: body)),
                try await transport.send(request(method, server.authority, body: body)),
            ]
        }
        for response in responses { #expect(response.body == (method == .head ? [] : Array("answer".utf8))) }
        for sent in server.requests.dropFirst(2) {
            #expect(sent.method == method)
            #expect(sent.headerFields[.contentLength] == length)
            #expect(sent.headerFields[.transferEncoding] == nil)
            #expect(sent.headerFields[.contentType] == nil)
            if case .bytes(let bytes) = body { #expect(sent.body == bytes) }
        }
        #expect(server.requests.count == 4)
    }

    @Test func `requests one after another share one connection`() async throws {
        let server = try ScriptedServer { ScriptedResponse(200, text: $0.path) }
        try await withTransport { transport, _ in
            for number in 0..<20 {
                let response = try await transport.send(request(.get, server.authority, "/\(number)"))
                #expect(response.body == Array("/\(number)".utf8))
            }
        }
        #expect(server.connectionCount == 1)
        #expect(server.requests.count == 20)
    }

    @Test func `a transport without requests wants no waking`() async throws {
        let server = try ScriptedServer { _ in ScriptedResponse(200, [:], [UInt8](repeating: 1, count: 40_000)) }
        try await withTransport(TransportConfiguration(streamBuffer: 1000)) { transport, loop in
            _ = try await transport.send(request(.get, server.authority))
            #expect(await transport.core.nextWake() == nil)
            // Here the end is found by a call for libcurl's timer, after which it does not say that it wants none any more.
            let response = try await transport.open(request(.get, server.authority))
            try await loop.sleep(for: .milliseconds(20))
            #expect(try await response.body.collect(upTo: 40_000).count == 40_000)
            #expect(await transport.core.nextWake() == nil)
        }
    }

    @Test func `64 requests at a time each get their own answer, from the loop and from the pool`() async throws {
        let server = try ScriptedServer { ScriptedResponse(200, text: "\($0.method) \($0.path) \($0.text)") }
        try await withTransport { transport, loop in
            @Sendable func ask(_ number: Int) async throws {
                let body = RequestBody.bytes(Array("body \(number)".utf8))
                let response = try await transport.send(request(.post, server.authority, "/\(number)", body: body))
                #expect(response.body == Array("POST /\(number) body \(number)".utf8))
            }
            @Sendable func askAll() async throws {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<256 {
                        if number >= 64 { try await group.next() }
                        group.addTask { try await ask(number) }
                    }
                    try await group.waitForAll()
                }
            }
            try await loop.run { () async throws in try await askAll() }
            try await askAll()
        }
        #expect(server.connectionCount < 128, "64, and those that a slow machine let the server time out")
        #expect(server.requests.count == 512)
    }

    @Test func `no more requests than the limit are with a server at a time, the others come in their order`()
        async throws
    {
        let turnstile = Turnstile()
        let server = try ScriptedServer { _ in
            turnstile.pass()
            return ScriptedResponse(200)
        }
        try await withTransport(TransportConfiguration(hostLimit: 3)) { transport, loop in
            try await loop.run { () async throws in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<30 {
                        group.addTask { _ = try await transport.send(request(.get, server.authority, "/\(number)")) }
                    }
                    try await group.waitForAll()
                }
            }
        }
        #expect(turnstile.most == 3)
        #expect(server.connectionCount == 3)
        // Three are under way at a time, and whichever the system lets run longer falls behind; the order of the rest shows.
        let order = server.requests.compactMap { Int($0.path.dropFirst()) }
        let late = order.enumerated().count { place, number in abs(place - number) >= 6 }
        #expect(late < 6, "\(order)")
    }

    @Test func `a request beyond the waiting limit is refused at once`() async throws {
        let server = try ScriptedServer { connection in _ = connection.waitForEnd() }
        try await withTransport(TransportConfiguration(hostLimit: 1, waitingLimit: 1)) { transport, loop in
            try await loop.run { () async throws in
                async let first: Void = { _ = try await transport.send(request(.get, server.authority)) }()
                async let second: Void = { _ = try await transport.send(request(.get, server.authority)) }()
                await Task.yield()
                let error = try await transportError { _ = try await transport.send(request(.get, server.authority)) }
                #expect(error.code == .overloaded && error.disposition == .transient)
                #expect(!error.requestMayHaveArrived)
                await transport.shutdown()
                _ = try? await (first, second)
            }
        }
    }

    @Test func `an interim answer and trailers are not taken for the answer`() async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n")
            try connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Late: 2\r\n\r\n")
            try connection.send("2\r\nhi\r\n0\r\nX-Trailer: 3\r\n\r\n")
            _ = connection.waitForEnd()
        }
        let response = try await withTransport { transport, _ in
            try await transport.send(request(.get, server.authority))
        }
        #expect(response.status == .ok && response.body == Array("hi".utf8))
        #expect(Set(response.headerFields.map(\.name.canonicalName)) == ["transfer-encoding", "x-late"])
    }

    @Test func `a field whose name is not a token is left out, bytes beyond ASCII are kept`() async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.send(Array("HTTP/1.1 200 OK\r\nbad name: 1\r\nX-Good: caf".utf8) + [0xe9])
            try connection.send("\r\n: nothing\r\nContent-Length: 0\r\n\r\n")
            _ = connection.waitForEnd()
        }
        let response = try await withTransport { transport, _ in
            try await transport.send(request(.get, server.authority))
        }
        #expect(response.headerFields.map(\.name.canonicalName) == ["x-good", "content-length"])
        let bytes = response.headerFields.first?.withUnsafeBytesOfValue { Array($0) }
        #expect(bytes == Array("caf".utf8) + [0xe9])
    }
}
