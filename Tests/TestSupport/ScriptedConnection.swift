import Foundation
import HTTPTypes

/// One connection of a `ScriptedServer`, used by the thread that runs its script.
package final class ScriptedConnection {
    /// Counted from 1 in the order of accepting.
    package let number: Int
    private let descriptor: Int32
    private let listener: Listener
    private var isClosed = false
    private var unread: [UInt8] = []

    init(_ descriptor: Int32, number: Int, listener: Listener) {
        self.descriptor = descriptor
        self.number = number
        self.listener = listener
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    // MARK: - Reading

    /// The next request with its whole body; nil if the client has closed instead.
    package func readRequest() throws -> ScriptedRequest? {
        guard var request = try readHead() else { return nil }
        if request.headerFields[.transferEncoding] == "chunked" {
            while case let size = try readChunkSize(), size > 0 {
                request.body += try read(exactly: size)
                _ = try readLine()
            }
            _ = try readLine()
        } else if let length = request.headerFields[.contentLength].flatMap({ Int($0) }) {
            request.body = try read(exactly: length)
        }
        listener.state.withLock { $0.requests.append(request) }
        return request
    }

    /// The next request up to its body; nil if the client has closed instead.
    package func readHead() throws -> ScriptedRequest? {
        let line: String
        do { line = try readLine() } catch ScriptError.endOfStream { return nil }
        let parts = line.split(separator: " ")
        guard parts.count == 3, let method = HTTPRequest.Method(String(parts[0])) else {
            throw ScriptError.malformed(line)
        }
        var fields = HTTPFields()
        while case let line = try readLine(), !line.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard let name = HTTPField.Name(String(parts[0])) else { throw ScriptError.malformed(line) }
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            fields.append(HTTPField(name: name, value: String(value)))
        }
        return ScriptedRequest(method, String(parts[1]), fields, [], connection: number)
    }

    package func readChunkSize() throws -> Int {
        let line = try readLine()
        guard let size = Int(line, radix: 16) else { throw ScriptError.malformed(line) }
        return size
    }

    package func read(exactly count: Int) throws -> [UInt8] {
        while unread.count < count { try fill() }
        defer { unread.removeFirst(count) }
        return Array(unread.prefix(count))
    }

    /// What is there, at least a byte of it.
    package func readSome() throws -> [UInt8] {
        if unread.isEmpty { try fill() }
        defer { unread = [] }
        return unread
    }

    /// Whether the client closes or resets the connection rather than to send more.
    package func waitForEnd() -> Bool {
        do {
            while true { _ = try readSome() }
        } catch ScriptError.endOfStream {
            return true
        } catch ScriptError.system(_, ECONNRESET) {
            return true
        } catch {
            return false
        }
    }

    private func readLine() throws -> String {
        while true {
            if let end = unread.firstIndex(of: 10) {
                let line = unread[..<end]
                defer { unread.removeSubrange(...end) }
                return String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
            }
            try fill()
        }
    }

    private func fill() throws {
        guard !isClosed else { throw ScriptError.endOfStream }
        var room = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &room, room.count, 0)
        guard count >= 0 else { throw ScriptError.system("recv", errno) }
        guard count > 0 else { throw ScriptError.endOfStream }
        unread += room[..<count]
    }

    // MARK: - Writing

    package func send(_ response: ScriptedResponse, omittingBody: Bool = false) throws {
        var head = "HTTP/1.1 \(response.status) Scripted\r\n"
        for field in response.headerFields { head += "\(field.name): \(field.value)\r\n" }
        let hasLength = response.headerFields[.contentLength] != nil || response.status == 204 || response.status == 304
        if !hasLength { head += "Content-Length: \(response.body.count)\r\n" }
        try send(Array((head + "\r\n").utf8) + (omittingBody ? [] : response.body))
    }

    package func send(_ text: String) throws { try send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) throws {
        guard !isClosed else { throw ScriptError.endOfStream }
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                Glibc.send(descriptor, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count >= 0 else { throw ScriptError.system("send", errno) }
            sent += count
        }
    }

    /// Sends what fits without waiting, up to `limit` bytes, until nothing has fitted for `patience`: how far a reader
    /// lets a writer go.
    package func sendUntilStuck(limit: Int, patience: Duration = .milliseconds(200)) -> Int {
        let piece = [UInt8](repeating: 0x61, count: 64 << 10)
        var sent = 0
        while sent < limit {
            var waiter = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&waiter, 1, Int32(patience / .milliseconds(1))) == 1 else { break }
            let count = Glibc.send(
                descriptor, piece, min(piece.count, limit - sent), Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            guard count > 0 else { break }
            sent += count
        }
        return sent
    }

    package func sleep(_ duration: Duration) {
        usleep(UInt32(duration / .microseconds(1)))
    }

    // MARK: - Ending

    /// Ends the connection by a reset, as a crash of the other side does. Nothing may be read or sent after that.
    package func reset() { hangUp(byReset: true) }

    /// Ends the connection, as happens anyhow at the end of the script.
    package func close() { hangUp(byReset: false) }

    private func hangUp(byReset: Bool) {
        guard !isClosed else { return }
        isClosed = true
        listener.hangUp(descriptor, byReset: byReset)
    }
}
