import HTTPTransport
import HTTPTypes
import Loop
import TestSupport
import Testing

/// Whose fault it is that nothing moves, and for how long that is borne.
@Suite(.timeLimit(.minutes(1))) struct StandstillTests {
    private func paced(
        _ request: TransportRequest, answer: Duration? = nil, idle: Duration? = nil
    ) -> TransportRequest {
        var request = request
        request.answerTimeout = answer
        request.idleLimit = idle
        return request
    }

    @Test func `a server that stalls in the middle of a body is given up after the idle limit`() async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
            _ = connection.waitForEnd()
        }
        try await withTransport { transport, _ in
            let request = paced(request(.get, server.authority), idle: .milliseconds(200))
            let response = try await transport.open(request)
            var reader = response.body.makeAsyncIterator()
            #expect(try await reader.next() == Array("12345".utf8))
            let started = ContinuousClock.now
            let error = try await transportError { _ = try await reader.next() }
            #expect(error.code == .timeout && error.message.contains("moved") && error.requestMayHaveArrived)
            #expect(ContinuousClock.now - started >= .milliseconds(200))
            let whole = try await transportError { _ = try await transport.send(request) }
            #expect(whole.code == .timeout && whole.message.contains("moved"))
        }
    }

    @Test func `a server that drips is not idle, and a body may take longer than its head`() async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n")
            for _ in 0..<16 {
                connection.sleep(.milliseconds(150))
                try connection.send("x")
            }
        }
        try await withTransport { transport, _ in
            let request = paced(request(.get, server.authority), answer: .seconds(2), idle: .seconds(2))
            async let collected = transport.send(request).body
            let streamed = try await transport.open(request).body.collect(upTo: 100)
            let whole = try await collected
            #expect(streamed.count == 16 && whole.count == 16)
        }
    }

    @Test func `a head that does not come in time is given up, with or without a body to send`() async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            _ = connection.waitForEnd()
        }
        try await withTransport { transport, _ in
            for body in [RequestBody.none, .stream(length: 3, next: Pieces(["one"]).next)] {
                let request = paced(request(.put, server.authority, body: body), answer: .milliseconds(200))
                let error = try await transportError { _ = try await transport.open(request) }
                #expect(error.code == .timeout && error.message.contains("no answer"))
            }
        }
    }

    @Test func `a reader who takes longer than the idle limit is not the server's fault`() async throws {
        let body = PatternedBody(count: 8 << 20)
        let server = try ScriptedServer { _ in ScriptedResponse(200, [:], body.piece(at: 0, upTo: 2 << 20)) }
        try await withTransport { transport, loop in
            let response = try await transport.open(paced(request(.get, server.authority), idle: .milliseconds(500)))
            var received = 0
            var pauses = 0
            for try await piece in response.body {
                received += piece.count
                pauses += 1
                if pauses < 4 { try await loop.sleep(for: .milliseconds(800)) }
            }
            #expect(received == 2 << 20 && pauses >= 4)
        }
    }

    @Test func `a producer who takes longer than the limits is not the server's fault`() async throws {
        let server = try ScriptedServer { ScriptedResponse(201, text: $0.text) }
        let pieces = Pieces(["one", "two", "six"])
        let response = try await withTransport { transport, loop in
            let body = RequestBody.stream(length: nil) {
                try await loop.sleep(for: .milliseconds(500))
                return try await pieces.next()
            }
            return try await transport.send(
                paced(
                    request(.put, server.authority, body: body), answer: .seconds(1), idle: .milliseconds(300)))
        }
        #expect(response.body == Array("onetwosix".utf8))
    }

    @Test func `a server that stops taking an upload is given up after the idle limit`() async throws {
        let gate = Gate()
        defer { gate.open() }
        let server = try ScriptedServer { connection in
            _ = try connection.readHead()
            gate.wait()
        }
        try await withTransport { transport, _ in
            let piece = [UInt8](repeating: 1, count: 1 << 20)
            let request = paced(
                request(.put, server.authority, body: .stream(length: nil) { piece }), answer: .seconds(50),
                idle: .milliseconds(300))
            let error = try await transportError { _ = try await transport.send(request) }
            #expect(error.code == .timeout && error.message.contains("moved"))
        }
    }
}
