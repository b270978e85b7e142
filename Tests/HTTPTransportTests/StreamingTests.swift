import HTTPTransport
import HTTPTypes
import Loop
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct StreamingTests {
    private static let mebibyte = 1 << 20

    @Test(arguments: [true, false])
    func `a large body comes whole, piece by piece`(isOnLoop: Bool) async throws {
        let body = (0..<5 * Self.mebibyte).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let server = try ScriptedServer { _ in ScriptedResponse(200, [.eTag: "x"], body) }
        let (received, pieces) = try await withTransport { transport, loop in
            try await Task(executorPreference: isOnLoop ? loop.executor.tasks : nil) {
                let response = try await transport.open(request(.get, server.authority))
                #expect(response.status == .ok && response.headerFields[.eTag] == "x")
                var received: [UInt8] = []
                var pieces = 0
                for try await piece in response.body {
                    received += piece
                    pieces += 1
                }
                return (received, pieces)
            }.value
        }
        #expect(received == body)
        #expect(pieces > 10)
    }

    @Test func `the head comes before the body, and an empty body ends at once`() async throws {
        let server = try ScriptedServer { connection in
            let request = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(request?.path == "/empty" ? 0 : 2)\r\n\r\n")
            _ = connection.waitForEnd()
        }
        try await withTransport { transport, _ in
            let waiting = try await transport.open(
                request(.get, server.authority, "/waiting", within: .seconds(2)))
            #expect(waiting.status == .ok)
            let error = try await transportError { _ = try await waiting.body.collect(upTo: 10) }
            #expect(error.code == .timeout, "the deadline holds for the body, too")
            let empty = try await transport.open(request(.get, server.authority, "/empty"))
            #expect(try await empty.body.collect(upTo: 10) == [])
        }
    }

    @Test func `a server is read no faster than the reader comes`() async throws {
        let total = 64 * Self.mebibyte
        let (stuck, sayStuck) = AsyncStream<Int>.makeStream()
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            let sent = connection.sendUntilStuck(limit: total)
            sayStuck.yield(sent)
            try connection.send([UInt8](repeating: 0x61, count: total - sent))
        }
        try await withTransport { transport, _ in
            let response = try await transport.open(request(.get, server.authority))
            var reader = response.body.makeAsyncIterator()
            let first = try #require(try await reader.next())
            // What is under way is what the kernel's socket buffers hold and the transport's own, not the body.
            let sent = try #require(await stuck.first { _ in true })
            #expect(sent < 24 * Self.mebibyte)
            var count = first.count
            while let piece = try await reader.next() {
                #expect(piece.count <= 512 << 10)
                count += piece.count
            }
            #expect(count == total)
        }
    }

    @Test func `a body that ends early or is reset throws after what has come of it`() async throws {
        let server = try ScriptedServer { connection in
            let request = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
            if request?.path == "/reset" {
                connection.sleep(.milliseconds(20))
                connection.reset()
            }
        }
        try await withTransport { transport, _ in
            for path in ["/close", "/reset"] {
                let response = try await transport.open(request(.get, server.authority, path))
                var reader = response.body.makeAsyncIterator()
                #expect(try await reader.next() == Array("12345".utf8))
                let error = try await transportError { _ = try await reader.next() }
                #expect(error.code == .reset && error.requestMayHaveArrived)
                #expect(try await reader.next() == nil, "after an error there is nothing")
            }
        }
    }

    @Test func `letting go of a body closes its connection and gives its place on`() async throws {
        let (ended, sayEnded) = AsyncStream<Bool>.makeStream()
        let server = try ScriptedServer { connection in
            guard try connection.readRequest()?.path == "/large" else {
                return try connection.send(ScriptedResponse(200, [.connection: "close"]))
            }
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n")
            _ = connection.sendUntilStuck(limit: 999_999_999, patience: .milliseconds(50))
            sayEnded.yield(connection.waitForEnd())
        }
        try await withTransport(TransportConfiguration(hostLimit: 1)) { transport, _ in
            for isReadFrom in [false, true] {
                do {
                    let response = try await transport.open(request(.get, server.authority, "/large"))
                    if isReadFrom { for try await _ in response.body { break } }
                }
                #expect(try await transport.send(request(.get, server.authority, "/next")).status == .ok)
                #expect(await ended.first { _ in true } == true)
            }
        }
    }

    @Test func `a reader that is cancelled aborts the transfer, and a second reader at a time is refused`() async throws
    {
        let (ended, sayEnded) = AsyncStream<Bool>.makeStream()
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
            sayEnded.yield(connection.waitForEnd())
        }
        try await withTransport { transport, loop in
            let response = try await transport.open(request(.get, server.authority))
            let reading = loop.spawn { try await response.body.collect(upTo: 10) }
            await loop.run { () async in await Task.yield() }
            let second = try await transportError { _ = try await response.body.collect(upTo: 10) }
            #expect(second.code == .invalidRequest)
            reading.cancel()
            let error = try await transportError { _ = try await reading.value }
            #expect(error.code == .cancelled)
            #expect(await ended.first { _ in true } == true)
        }
    }

    // MARK: - Uploads

    @Test(arguments: [nil, 9 as Int64?])
    func `a streamed body goes out piece by piece, chunked where its length is not known`(length: Int64?) async throws {
        let server = try ScriptedServer { ScriptedResponse(201, text: $0.text) }
        let pieces = Pieces(["one", "", "two", "six"])
        let response = try await withTransport { transport, _ in
            let body = RequestBody.stream(length: length, next: pieces.next)
            return try await transport.send(request(.put, server.authority, body: body))
        }
        #expect(response.status == .created && response.body == Array("onetwosix".utf8))
        let sent = try #require(server.requests.first)
        #expect(sent.method == .put && sent.headerFields[.expect] == nil)
        #expect(sent.headerFields[.contentLength] == length.map { "\($0)" })
        #expect(sent.headerFields[.transferEncoding] == (length == nil ? "chunked" : nil))
    }

    @Test func `a producer is asked no further than the server has read`() async throws {
        let piece = [UInt8](repeating: 0x62, count: Self.mebibyte)
        let total = 64
        let (started, sayStarted) = AsyncStream<Void>.makeStream()
        let gate = Gate()
        let server = try ScriptedServer { connection in
            guard let head = try connection.readHead() else { return }
            sayStarted.yield()
            gate.wait()
            let length = head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
            var left = length
            while left > 0 { left -= try connection.readSome().count }
            try connection.send(ScriptedResponse(200))
        }
        let counter = Counter()
        try await withTransport { transport, loop in
            let body = RequestBody.stream(length: Int64(total * Self.mebibyte)) {
                counter.next() <= total ? piece : nil
            }
            async let response = transport.send(request(.put, server.authority, body: body))
            _ = await started.first { true }
            var before = -1
            while before != counter.value {
                before = counter.value
                try await loop.sleep(for: .milliseconds(100))
            }
            #expect(counter.value < 24, "what the kernel's socket buffers hold, and a piece")
            gate.open()
            #expect(try await response.status == .ok)
            #expect(counter.value == total, "nor asked again when all is there")
        }
    }

    @Test(arguments: [
        (2 as Int64, "did not keep to its length"), (12, "did not keep to its length"), (nil as Int64?, "failed"),
    ])
    func `a producer that fails or miscounts fails the request, and the connection is not used again`(
        length: Int64?, reason: String
    ) async throws {
        struct Failure: Error {}
        let server = try ScriptedServer { _ in ScriptedResponse(200) }
        let pieces = Pieces(["one", "two", "six"])
        try await withTransport { transport, _ in
            let body = RequestBody.stream(length: length) {
                guard length != nil || pieces.asked < 2 else { throw Failure() }
                return try await pieces.next()
            }
            let error = try await transportError {
                _ = try await transport.send(request(.post, server.authority, body: body))
            }
            #expect(error.code == .bodySource && error.disposition == .permanent)
            #expect(error.message.contains(reason))
            #expect((error.cause is Failure) == (length == nil))
            #expect(try await transport.send(request(.get, server.authority)).status == .ok)
        }
        #expect(server.requests.count == 1, "the server never had the first one whole")
    }

    @Test(arguments: ["", "Connection: close\r\n"], [nil, 1000 as Int64?])
    func `a refusal before the end of the upload is delivered, and the producer is cancelled`(
        field: String, length: Int64?
    ) async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readHead()
            try connection.send("HTTP/1.1 413 Too Large\r\n\(field)Content-Length: 2\r\n\r\nno")
            _ = connection.waitForEnd()
        }
        try await withTransport { transport, loop in
            let (ended, sayEnded) = AsyncStream<Void>.makeStream()
            let body = RequestBody.stream(length: length) {
                try? await loop.sleep(for: .seconds(3600))
                sayEnded.finish()
                return nil
            }
            let response = try await transport.send(request(.post, server.authority, body: body))
            #expect(response.status == .init(code: 413) && response.body == Array("no".utf8))
            for await _ in ended {}
        }
    }

    @Test func `both bodies stream at the same time`() async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readHead()
            try connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while case let size = try connection.readChunkSize(), size > 0 {
                let piece = try connection.read(exactly: size)
                _ = try connection.read(exactly: 2)
                try connection.send("\(String(size, radix: 16))\r\n\(String(decoding: piece, as: UTF8.self))\r\n")
            }
            try connection.send("0\r\n\r\n")
            _ = connection.waitForEnd()
        }
        try await withTransport { transport, _ in
            let (source, feed) = AsyncStream<String>.makeStream()
            let body = RequestBody.stream(length: nil) { await source.first { _ in true }.map { Array($0.utf8) } }
            let response = try await transport.open(request(.post, server.authority, body: body))
            var reader = response.body.makeAsyncIterator()
            for text in ["ping", "pong", "end"] {
                feed.yield(text)
                #expect(try await reader.next() == Array(text.utf8), "each comes back before the next is produced")
            }
            feed.finish()
            #expect(try await reader.next() == nil)
        }
    }
}
