import HTTPTransport
import HTTPTypes
import Loop
import TestSupport
import Testing

/// What goes wrong on the way and on the other side, and how it is told.
@Suite struct FailureTests {
    @Test func `a host that has no address is a resolve error`() async throws {
        // Longer than a label of a name may be, so that no name server needs to be asked.
        let host = String(repeating: "x", count: 64) + ".example"
        let error = try await failure(request(.get, host))
        #expect(error.code == .resolve && error.disposition == .transient && !error.requestMayHaveArrived)
        #expect(error.message.contains(host))
    }

    @Test func `a port where nobody listens is a connect error, and says host and port but not the path`() async throws
    {
        let server = try ScriptedServer { _ in }
        let authority = server.authority
        server.stop()
        let error = try await failure(request(.get, authority, "/v3/secret?token=abc"))
        #expect(error.code == .connect && error.disposition == .transient && !error.requestMayHaveArrived)
        #expect(error.message.contains(authority) && !error.message.contains("secret"))
    }

    @Test func `a server that does not take the connection is given up after the connect timeout`() async throws {
        let server = try UnresponsiveListener()
        var asked = request(.get, server.authority)
        asked.connectTimeout = .milliseconds(150)
        let start = ContinuousClock.now
        let error = try await failure(asked)
        #expect(error.code == .timeout && error.disposition == .transient && !error.requestMayHaveArrived)
        #expect(.now - start < .seconds(30), "well before the deadline")
    }

    @Test func `a server that never answers is given up at the deadline, and its connection closed`() async throws {
        let (ended, sayEnded) = AsyncStream<Bool>.makeStream()
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            sayEnded.yield(connection.waitForEnd())
        }
        let error = try await withTransport { transport, _ in
            let error = try await transportError {
                _ = try await transport.send(request(.get, server.authority, within: .seconds(1)))
            }
            #expect(await ended.first { _ in true } == true, "before the transport is shut down")
            return error
        }
        #expect(error.code == .timeout && error.disposition == .transient && error.requestMayHaveArrived)
    }

    @Test func `a slow drip of bytes does not hold off the deadline`() async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while true {
                try connection.send("x")
                connection.sleep(.milliseconds(5))
            }
        }
        let start = ContinuousClock.now
        let error = try await failure(request(.get, server.authority, within: .milliseconds(200)))
        #expect(error.code == .timeout)
        #expect(ContinuousClock.now - start >= .milliseconds(200))
    }

    @Test func `a deadline in the past sends nothing`() async throws {
        let server = try ScriptedServer { _ in ScriptedResponse(200) }
        let error = try await failure(request(.get, server.authority, within: .zero))
        #expect(error.code == .timeout && !error.requestMayHaveArrived)
        #expect(server.connectionCount == 0)
    }

    @Test func `a deadline also ends the waiting for a turn`() async throws {
        let server = try ScriptedServer { connection in _ = connection.waitForEnd() }
        try await withTransport(TransportConfiguration(hostLimit: 1)) { transport, loop in
            let first = loop.spawn { try await transport.send(request(.get, server.authority)) }
            await loop.run { () async in await Task.yield() }
            let error = try await transportError {
                _ = try await transport.send(request(.get, server.authority, within: .milliseconds(100)))
            }
            #expect(error.code == .timeout && !error.requestMayHaveArrived)
            first.cancel()
            _ = await first.result
        }
        #expect(server.connectionCount == 1)
    }

    enum Fault: CaseIterable, Sendable {
        case resetBeforeAnswer, closeBeforeAnswer, resetInHead, resetInBody, shortBody, shortChunks
        case garbage, lineWithoutColon, zeroInHead, badChunkSize, badLength
        case manyFields, largeHead, hugeLine
    }

    @Test(arguments: [
        (Fault.resetBeforeAnswer, TransportError.Code.reset), (.closeBeforeAnswer, .reset), (.resetInHead, .reset),
        (.resetInBody, .reset), (.shortBody, .reset), (.shortChunks, .reset), (.garbage, .malformedResponse),
        // libcurl does not tell a bad chunk size from a failed read.
        (.lineWithoutColon, .malformedResponse), (.zeroInHead, .malformedResponse), (.badChunkSize, .reset),
        (.badLength, .malformedResponse), (.manyFields, .headersTooLarge), (.largeHead, .headersTooLarge),
        (.hugeLine, .headersTooLarge),
    ])
    func `a broken answer is an error of its kind, and the next request goes well`(
        fault: Fault, code: TransportError.Code
    ) async throws {
        let server = try ScriptedServer { connection in
            while let request = try connection.readRequest() {
                if request.path == "/good" {
                    try connection.send(ScriptedResponse(200))
                } else {
                    try connection.play(fault)
                }
                if request.path != "/good" { return }
            }
        }
        try await withTransport { transport, _ in
            for path in ["/bad", "/good", "/bad", "/good"] {
                let asked = request(.get, server.authority, path)
                if path == "/good" {
                    #expect(try await transport.send(asked).status == .ok)
                } else {
                    let error = try await transportError { _ = try await transport.send(asked) }
                    #expect(error.code == code, "\(error)")
                    #expect(error.requestMayHaveArrived)
                }
            }
        }
        #expect(server.requests.map(\.path) == ["/bad", "/good", "/bad", "/good"])
    }

    @Test(arguments: [true, false])
    func `a body beyond the limit is refused, announced or not, and one at the limit is taken`(
        isAnnounced: Bool
    ) async throws {
        let body = [UInt8](repeating: 7, count: 100_000)
        let server = try ScriptedServer { connection in
            while try connection.readRequest() != nil {
                if isAnnounced {
                    try connection.send(ScriptedResponse(200, [:], body))
                } else {
                    try connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n")
                    try connection.send(body)
                    try connection.send("\r\n0\r\n\r\n")
                }
            }
        }
        try await withTransport { transport, _ in
            var asked = request(.get, server.authority)
            asked.bodyLimit = 100_000
            #expect(try await transport.send(asked).body == body)
            asked.bodyLimit = 99_999
            let error = try await transportError { _ = try await transport.send(asked) }
            #expect(error.code == .bodyTooLarge && error.disposition == .permanent)
        }
    }

    @Test func `an announced length beyond the limit means nothing where there is no body`() async throws {
        let server = try ScriptedServer { connection in
            while try connection.readRequest() != nil {
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n")
            }
        }
        var asked = request(.head, server.authority)
        asked.bodyLimit = 10
        let response = try await withTransport { [asked] transport, _ in try await transport.send(asked) }
        #expect(response.headerFields[.contentLength] == "999999999999")
    }

    @Test func `after shutdown a request is refused, and one under way ends`() async throws {
        let server = try ScriptedServer { connection in _ = connection.waitForEnd() }
        try await withTransport(TransportConfiguration(hostLimit: 1)) { transport, loop in
            let running = (0..<3).map { _ in loop.spawn { try await transport.send(request(.get, server.authority)) } }
            await loop.run { () async in await Task.yield() }
            await transport.shutdown()
            await transport.shutdown()
            for task in running {
                let error = try await transportError { _ = try await task.value }
                #expect(error.code == .shutdown && error.disposition == .transient)
            }
            let error = try await transportError { _ = try await transport.send(request(.get, server.authority)) }
            #expect(error.code == .shutdown && !error.requestMayHaveArrived)
        }
        #expect(server.connectionCount <= 1)
    }

    private func failure(_ request: TransportRequest) async throws -> TransportError {
        try await withTransport { transport, _ in
            try await transportError { _ = try await transport.send(request) }
        }
    }
}

extension ScriptedConnection {
    fileprivate func play(_ fault: FailureTests.Fault) throws {
        let head = "HTTP/1.1 200 OK\r\n"
        switch fault {
        case .resetBeforeAnswer: reset()
        case .closeBeforeAnswer: close()
        case .resetInHead:
            try send(head + "X-Some: th")
            sleep(.milliseconds(20))
            reset()
        case .resetInBody:
            try send(head + "Content-Length: 10\r\n\r\n12345")
            sleep(.milliseconds(20))
            reset()
        case .shortBody: try send(head + "Content-Length: 10\r\n\r\n12345")
        case .shortChunks: try send(head + "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n")
        case .garbage: try send("\u{1}\u{2}\u{3}SSH-2.0-OpenSSH_9.2\r\nwhat?\r\n\r\n")
        case .lineWithoutColon: try send(head + "this is no field\r\n\r\n")
        case .zeroInHead: try send(head + "X-Zero: a\u{0}b\r\n\r\n")
        case .badChunkSize: try send(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n")
        case .badLength: try send(head + "Content-Length: -5\r\n\r\n")
        case .manyFields: try send(head + String(repeating: "A: b\r\n", count: 300) + "\r\n")
        case .largeHead:
            try send(head + String(repeating: "X: \(String(repeating: "y", count: 1000))\r\n", count: 70) + "\r\n")
        case .hugeLine: try send(head + "X: \(String(repeating: "y", count: 120_000))\r\n\r\n")
        }
    }
}
