import HTTPTransport
import HTTPTypes
import Loop
import TestSupport
import Testing

/// Bodies that are far larger than what is ever held of them.
@Suite(.timeLimit(.minutes(1))) struct LargeBodyTests {
    private let body = PatternedBody(count: 24 << 20)
    private static let pieceSizes = [1_000, 100_000, 1 << 20]

    @Test(arguments: [true, false], [true, false])
    func `each byte of a download arrives once and in its place`(isOnLoop: Bool, isChunked: Bool) async throws {
        let server = try ScriptedServer { [body] connection in
            _ = try connection.readRequest()
            let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(body.count)"
            try connection.send("HTTP/1.1 200 OK\r\n\(framing)\r\n\r\n")
            var sent = 0
            while sent < body.count {
                let piece = body.piece(at: sent, upTo: 777_777)
                if isChunked { try connection.send("\(String(piece.count, radix: 16))\r\n") }
                try connection.send(piece)
                if isChunked { try connection.send("\r\n") }
                sent += piece.count
            }
            if isChunked { try connection.send("0\r\n\r\n") }
        }
        try await withTransport { [body] transport, loop in
            try await Task(executorPreference: isOnLoop ? loop.executor.tasks : nil) {
                let response = try await transport.open(request(.get, server.authority))
                var received = 0
                // Pieces that are kept must stay what they are, though their storage may serve again.
                var kept: [(offset: Int, piece: [UInt8])] = []
                for try await piece in response.body {
                    try #require(body.holds(piece, at: received))
                    if kept.count < 20 { kept.append((received, piece)) }
                    received += piece.count
                }
                #expect(received == body.count)
                #expect(kept.allSatisfy { body.holds($0.piece, at: $0.offset) })
            }.value
        }
    }

    @Test(arguments: [true, false], pieceSizes)
    func `each byte of an upload arrives once and in its place`(hasLength: Bool, pieceSize: Int) async throws {
        let body = PatternedBody(count: pieceSize * 40 + 7)
        let server = try ScriptedServer { connection in
            guard let head = try connection.readHead() else { return }
            var received = 0
            while received < body.count {
                var size = body.count
                if head.headerFields[.transferEncoding] == "chunked" { size = try connection.readChunkSize() }
                var left = size
                while left > 0 {
                    let piece = try connection.read(exactly: min(left, 256 << 10))
                    guard body.holds(piece, at: received) else { return try connection.send(ScriptedResponse(400)) }
                    received += piece.count
                    left -= piece.count
                }
                if size < body.count || head.headerFields[.contentLength] == nil { _ = try connection.read(exactly: 2) }
            }
            try connection.send(ScriptedResponse(201))
        }
        let place = Counter()
        let response = try await withTransport { transport, _ in
            let source = RequestBody.stream(length: hasLength ? Int64(body.count) : nil) {
                let offset = (place.next() - 1) * pieceSize
                return offset < body.count ? body.piece(at: offset, upTo: pieceSize) : nil
            }
            return try await transport.send(request(.put, server.authority, body: source))
        }
        #expect(response.status == .created)
    }

    @Test func `pieces as small as they come do not reach the server one by one`() async throws {
        let count = 20_000
        let server = try ScriptedServer { ScriptedResponse(201, text: "\($0.body.count)") }
        let given = Counter()
        let response = try await withTransport { transport, _ in
            let body = RequestBody.stream(length: Int64(count)) { given.next() <= count ? [7] : nil }
            return try await transport.send(request(.put, server.authority, body: body, within: .seconds(30)))
        }
        #expect(String(decoding: response.body, as: UTF8.self) == "\(count)")
    }
}
