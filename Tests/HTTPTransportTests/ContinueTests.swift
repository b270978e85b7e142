import HTTPTransport
import HTTPTypes
import Loop
import TestSupport
import Testing

/// Uploads that wait for the server's leave, and servers that give none.
@Suite(.timeLimit(.minutes(1))) struct ContinueTests {
    private func upload(_ authority: String, _ body: RequestBody) -> TransportRequest {
        var request = request(.put, authority, body: body)
        request.expectsContinue = true
        return request
    }

    @Test(arguments: [401, 413], [3 as Int64?, nil])
    func `one who refuses at once is not sent the body, and its producer is not asked`(
        status: Int, length: Int64?
    ) async throws {
        let server = try ScriptedServer { connection in
            let head = try connection.readHead()
            guard head?.headerFields[.expect] == "100-continue" else { return }
            try connection.send("HTTP/1.1 \(status) No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
        }
        let pieces = Pieces(["one"])
        try await withTransport { transport, _ in
            let response = try await transport.send(
                upload(server.authority, .stream(length: length, next: pieces.next)))
            #expect(response.status.code == status && response.body == Array("no".utf8))
        }
        #expect(pieces.asked == 0)
    }

    @Test func `one who gives leave gets the body`() async throws {
        let server = try ScriptedServer { connection in
            guard let head = try connection.readHead() else { return }
            try connection.send("HTTP/1.1 100 Continue\r\n\r\n")
            let length = head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
            try connection.send(ScriptedResponse(201, [:], try connection.read(exactly: length)))
        }
        try await withTransport { transport, _ in
            let body = RequestBody.stream(length: 6, next: Pieces(["one", "two"]).next)
            let response = try await transport.send(upload(server.authority, body))
            #expect(response.status == .created && response.body == Array("onetwo".utf8))
        }
    }

    @Test func `one who does not know of leaves gets the body a little later`() async throws {
        let server = try ScriptedServer { ScriptedResponse(201, text: $0.text) }
        try await withTransport { transport, _ in
            let body = RequestBody.stream(length: 6, next: Pieces(["one", "two"]).next)
            let response = try await transport.send(upload(server.authority, body))
            #expect(response.body == Array("onetwo".utf8))
        }
    }

    @Test func `a small body that is at hand does not wait for leave`() async throws {
        let server = try ScriptedServer { ScriptedResponse(201, text: $0.headerFields[.expect] ?? "none") }
        try await withTransport { transport, _ in
            let response = try await transport.send(upload(server.authority, .bytes([1])))
            #expect(response.body == Array("none".utf8))
        }
    }

    @Test func `one who refuses in the middle and hangs up ends the request, by its answer or as a broken connection`()
        async throws
    {
        let server = try ScriptedServer { connection in
            _ = try connection.readHead()
            _ = try connection.readSome()
            try connection.send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        let piece = [UInt8](repeating: 1, count: 256 << 10)
        try await withTransport { transport, _ in
            for _ in 0..<20 {
                let started = ContinuousClock.now
                let body = RequestBody.stream(length: 1 << 40) { piece }
                do throws(TransportError) {
                    let response = try await transport.send(request(.put, server.authority, body: body))
                    #expect(response.status.code == 413)
                } catch {
                    #expect(error.code == .reset && error.requestMayHaveArrived)
                }
                #expect(ContinuousClock.now - started < .seconds(10))
            }
        }
    }
}
