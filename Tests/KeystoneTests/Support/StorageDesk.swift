import HTTPTypes
import Loop
import TestSupport

@testable import Keystone

/// A service of large bodies on 127.0.0.1, behind keystonemiddleware, that knows of `Expect: 100-continue`.
final class StorageDesk: Sendable {
    /// When it looks at the tokens of a request with a body.
    enum Habit: Sendable {
        /// Before it lets the body come.
        case early
        /// After it has read all of it, as a service behind a buffering proxy does.
        case late
    }

    private final class Book: Sendable {
        let requests = Locked<[ScriptedRequest]>([])
    }

    private let server: ScriptedServer
    private let book: Book

    /// - Parameter answer: what a request with good tokens and its whole body is answered with, head and all.
    init(
        keystone: ScriptedKeystone, _ habit: Habit = .early,
        answering answer: @escaping @Sendable (ScriptedRequest, ScriptedConnection) throws -> Void
    ) throws {
        let book = Book()
        self.book = book
        server = try ScriptedServer { connection in
            while var request = try connection.readHead() {
                let isAuthentic =
                    keystone.accepts(request.headerFields[.authToken] ?? "", allowExpired: true)
                    && keystone.roles(of: request.headerFields[.serviceToken] ?? "").contains("service")
                let refusal = ScriptedResponse(401, [.contentType: "text/plain"], text: "Authentication required")
                if habit == .early, !isAuthentic {
                    book.requests.withLock { [request] in $0.append(request) }
                    try connection.send(refusal)
                    // What is not read of a body is lost with the connection.
                    if request.headerFields[.expect] != nil { return }
                    continue
                }
                if request.headerFields[.expect] != nil { try connection.send("HTTP/1.1 100 Continue\r\n\r\n") }
                let length = request.headerFields[.contentLength].flatMap { Int($0) } ?? 0
                request.body = try connection.read(exactly: length)
                book.requests.withLock { [request] in $0.append(request) }
                if isAuthentic { try answer(request, connection) } else { try connection.send(refusal) }
            }
        }
    }

    var authority: String { server.authority }
    var requests: [ScriptedRequest] { book.requests.withLock { $0 } }
}

extension Rig {
    /// A way to `desk` for a user whose token is good, and a service token that is revoked without our knowing, if it is to be.
    func adapter(
        _ desk: StorageDesk, serviceTokenIsRevoked: Bool = false, deadline: ContinuousClock.Instant? = nil
    ) async throws -> ServiceAdapter {
        let context = try await context(life: .seconds(60))
        if serviceTokenIsRevoked { keystone.revokeAll(of: "karbor") }
        let session = Session(
            authentication: authentication(context), transport: transport, time: loop, requestID: context.requestID,
            deadline: deadline, retries: .quick)
        return ServiceAdapter(
            session: session, serviceType: "object-store",
            endpoint: FixedEndpoint(BaseURL("http://\(desk.authority)/v1/demo-id")!))
    }
}
