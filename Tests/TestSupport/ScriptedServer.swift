import Foundation
package import HTTPTypes
import Loop

/// An HTTP server on 127.0.0.1 that does what a test tells it, down to the byte.
///
/// Each connection has a thread of its own, on which its script may block. All sockets give up after ten seconds, so that
/// a test that goes wrong ends. Stopped when it is let go of.
package final class ScriptedServer: Sendable {
    package typealias Script = @Sendable (ScriptedConnection) throws -> Void
    package typealias Answer = @Sendable (ScriptedRequest) -> ScriptedResponse

    package let port: Int
    private let listener: Listener

    /// Runs `script` for each connection, and closes the connection after it.
    package init(backlog: Int32 = 256, _ script: @escaping Script) throws {
        listener = try Listener(backlog: backlog)
        port = listener.port
        let listener = listener
        Thread.detachNewThread { listener.serve(script) }
    }

    /// Answers each request with what `answer` says, and keeps the connection.
    package convenience init(answering answer: @escaping Answer) throws {
        try self.init { connection in
            while let request = try connection.readRequest() {
                try connection.send(answer(request), omittingBody: request.method == .head)
            }
        }
    }

    deinit { stop() }

    /// `127.0.0.1:port`.
    package var authority: String { "127.0.0.1:\(port)" }

    /// How many connections have been accepted so far.
    package var connectionCount: Int { listener.state.withLock { $0.accepted } }

    /// How many of them are open now, as far as their scripts go.
    package var openCount: Int { listener.state.withLock { $0.open.count } }

    /// All requests that were read whole, in the order in which their last bytes were read.
    package var requests: [ScriptedRequest] { listener.state.withLock { $0.requests } }

    /// Ends all connections and accepts no more.
    package func stop() { listener.stop() }
}

package struct ScriptedRequest: Sendable {
    package var method: HTTPRequest.Method
    package var path: String
    package var headerFields: HTTPFields
    package var body: [UInt8]
    /// Which connection it came by, counted from 1.
    package var connection: Int

    package init(
        _ method: HTTPRequest.Method, _ path: String, _ headerFields: HTTPFields, _ body: [UInt8], connection: Int = 0
    ) {
        self.method = method
        self.path = path
        self.headerFields = headerFields
        self.body = body
        self.connection = connection
    }

    package var text: String { String(decoding: body, as: UTF8.self) }
}

package struct ScriptedResponse: Sendable {
    package var status: Int
    package var headerFields: HTTPFields
    package var body: [UInt8]

    package init(_ status: Int, _ headerFields: HTTPFields = [:], _ body: [UInt8] = []) {
        self.status = status
        self.headerFields = headerFields
        self.body = body
    }

    package init(_ status: Int, _ headerFields: HTTPFields = [:], text: String) {
        self.init(status, headerFields, Array(text.utf8))
    }
}

/// The listening socket and what its connections have in common.
final class Listener: Sendable {
    struct State {
        var accepted = 0
        var open: Set<Int32> = []
        var requests: [ScriptedRequest] = []
        var isStopped = false
    }

    let port: Int
    let state = Locked(State())
    private let descriptor: Int32

    init(backlog: Int32) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, backlog) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isListening else { throw ScriptError.system("listen", errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    func serve(_ script: @escaping ScriptedServer.Script) {
        while true {
            let connection = accept(descriptor, nil, nil)
            if connection < 0, errno == EINTR || errno == ECONNABORTED { continue }
            guard connection >= 0 else { break }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            let number = state.withLock { state -> Int? in
                guard !state.isStopped else { return nil }
                state.accepted += 1
                state.open.insert(connection)
                return state.accepted
            }
            guard let number else {
                close(connection)
                break
            }
            Thread.detachNewThread { [self] in
                let connection = ScriptedConnection(connection, number: number, listener: self)
                // How a script ends is the test's business only as far as the client sees it.
                try? script(connection)
                connection.close()
            }
        }
        state.withLock { state in
            state.isStopped = true
            close(descriptor)
        }
    }

    /// Closes a connection. Whoever has it calls this once: its number may be another's right after.
    func hangUp(_ connection: Int32, byReset: Bool) {
        state.withLock { state in
            state.open.remove(connection)
            if byReset {
                var abrupt = linger(l_onoff: 1, l_linger: 0)
                setsockopt(connection, SOL_SOCKET, SO_LINGER, &abrupt, socklen_t(MemoryLayout<linger>.size))
            }
            close(connection)
        }
    }

    func stop() {
        state.withLock { state in
            guard !state.isStopped else { return }
            state.isStopped = true
            // Wakes the threads that wait in a call; each closes what is its own.
            for connection in state.open { shutdown(connection, Int32(SHUT_RDWR)) }
            shutdown(descriptor, Int32(SHUT_RDWR))
        }
    }
}

package enum ScriptError: Error {
    case system(String, Int32)
    case malformed(String)
    case endOfStream
}
