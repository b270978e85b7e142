import Foundation
import HTTPTransport
import HTTPTypes
import Loop
import Telemetry
import TestSupport
import Testing

@testable import Keystone

/// What is sent again and what is not, and how answers become errors, over real sockets.
@Suite struct ServiceAdapterTests {
    /// Answers with each status in turn, and then 200.
    final class Sequence: Sendable {
        private let left: Locked<[ScriptedResponse]>

        init(_ answers: [ScriptedResponse]) {
            left = Locked(answers)
        }

        func next() -> ScriptedResponse {
            left.withLock { $0.isEmpty ? ScriptedResponse(200, text: "{}") : $0.removeFirst() }
        }
    }

    func service(_ rig: Rig, _ answers: [ScriptedResponse]) throws -> ScriptedService {
        let sequence = Sequence(answers)
        return try ScriptedService(keystone: rig.keystone) { _ in sequence.next() }
    }

    @Test(arguments: [HTTPRequest.Method.get, .head])
    func `reading is sent again after a 503 or 429`(method: HTTPRequest.Method) async throws {
        try await withRig { rig in
            let service = try service(rig, [ScriptedResponse(503), ScriptedResponse(429, [.retryAfter: "0"])])
            let adapter = try rig.adapter(try await rig.context(life: .seconds(60)), service)
            let response = try await adapter.send(ServiceRequest(method, "volumes", timeout: .seconds(30)))
            #expect(response.status == 200)
            #expect(service.requests.count == 3)
        }
    }

    @Test(arguments: ["req-cinder", nil])
    func `an answer has the service's id of the request, or else ours`(id: String?) async throws {
        try await withRig { rig in
            let service = try service(rig, [ScriptedResponse(200, id.map { [.computeRequestID: $0] } ?? [:])])
            let context = try await rig.context(life: .seconds(60))
            let response = try await rig.adapter(context, service).send(ServiceRequest(.get, "volumes"))
            #expect(response.requestID == id ?? context.requestID)
        }
    }

    @Test(arguments: [HTTPRequest.Method.post, .put, .delete])
    func `writing is never sent again after an answer`(method: HTTPRequest.Method) async throws {
        try await withRig { rig in
            let service = try service(rig, [ScriptedResponse(503, [.retryAfter: "7"])])
            let adapter = try rig.adapter(try await rig.context(life: .seconds(60)), service)
            let error = try await serviceError {
                _ = try await adapter.send(ServiceRequest(method, "volumes", body: [], timeout: .seconds(30)))
            }
            #expect(error.code == .unavailable && error.retryAfter == .seconds(7) && error.disposition == .transient)
            #expect(service.requests.count == 1)
        }
    }

    @Test func `a pause that the service asks for and the deadline does not allow is not begun`() async throws {
        try await withRig { rig in
            let service = try service(rig, [ScriptedResponse(503, [.retryAfter: "60"])])
            let adapter = try rig.adapter(try await rig.context(life: .seconds(60)), service)
            let started = ContinuousClock.now
            let error = try await serviceError {
                _ = try await adapter.send(ServiceRequest(.get, "volumes", timeout: .seconds(30)))
            }
            #expect(error.retryAfter == .seconds(60))
            #expect(ContinuousClock.now - started < .seconds(7))
        }
    }

    @Test func `a service that stays unavailable is asked four times in all`() async throws {
        try await withRig { rig in
            let service = try service(rig, (0..<9).map { _ in ScriptedResponse(503) })
            let adapter = try rig.adapter(try await rig.context(life: .seconds(60)), service, retries: .quick)
            let error = try await serviceError {
                _ = try await adapter.send(ServiceRequest(.get, "volumes", timeout: .seconds(30)))
            }
            #expect(error.code == .unavailable)
            #expect(service.requests.count == 4)
        }
    }

    @Test(arguments: [(HTTPRequest.Method.post, 1), (.delete, 4), (.put, 4), (.get, 4)])
    func `nobody listening: creating is tried once, other things four times`(method: HTTPRequest.Method, attempts: Int)
        async throws
    {
        try await withRig { rig in
            let context = try await rig.context(life: .seconds(60))
            let service = try service(rig, [])
            service.stop()
            let counting = CountingTransport(rig.transport)
            let session = rig.session(context, retries: .quick, transport: counting)
            let adapter = ServiceAdapter(
                session: session, serviceType: "volumev3", endpoint: FixedEndpoint(try #require(BaseURL(service.url))))
            let error = try await serviceError {
                _ = try await adapter.send(ServiceRequest(method, "volumes", timeout: .seconds(30)))
            }
            #expect(error.code == .unreachable && !error.requestMayHaveArrived)
            #expect(counting.count == attempts)
        }
    }

    @Test func `a session's deadline is every request's`() async throws {
        try await withRig { rig in
            let service = try ScriptedServer { connection in
                _ = try connection.readRequest()
                connection.sleep(.seconds(9))
            }
            let context = try await rig.context(life: .seconds(60))
            let session = Session(
                authentication: rig.authentication(context), transport: rig.transport, time: rig.loop,
                requestID: context.requestID,
                deadline: .now + .milliseconds(300))
            let adapter = ServiceAdapter(
                session: session, serviceType: "volumev3",
                endpoint: FixedEndpoint(try #require(BaseURL("http://\(service.authority)"))))
            let started = ContinuousClock.now
            let error = try await serviceError { _ = try await adapter.send(ServiceRequest(.post, "volumes")) }
            #expect(error.code == .timedOut && error.requestMayHaveArrived)
            #expect(ContinuousClock.now - started < .seconds(6))
        }
    }

    @Test func `what is sent again after a pause carries the token that is in hand then`() async throws {
        try await withRig { rig in
            let (tokens, keystone) = (rig.tokens, rig.keystone)
            let old = try await tokens.token(until: rig.deadline())
            let service = try ScriptedService(keystone: keystone) { request in
                guard request.headerFields[.serviceToken] == old.value.reveal() else {
                    return ScriptedResponse(200, text: "{}")
                }
                keystone.revoke(old.value.reveal())
                Task { try await tokens.replacement(for: old, until: .now + .seconds(30)) }
                while tokens.current == old { usleep(1000) }
                return ScriptedResponse(503)
            }
            let adapter = try rig.adapter(try await rig.context(life: .seconds(60)), service)
            _ = try await adapter.send(ServiceRequest(.get, "volumes", timeout: .seconds(30)))
            #expect(service.requests.count == 2, "no 401 between")
        }
    }

    @Test func `an error has the service's words and id, method and path, and no token`() async throws {
        try await withRig { rig in
            let context = try await rig.context(life: .seconds(60))
            let body = #"{"overLimit": {"code": 413, "message": "VolumeLimitExceeded for \#(context.token.reveal())"}}"#
            let service = try service(
                rig, [ScriptedResponse(413, [.openStackRequestID: "req-cinder", .retryAfter: "0"], text: body)])
            let adapter = try rig.adapter(context, service)
            let error = try await serviceError {
                _ = try await adapter.send(
                    ServiceRequest(.post, "volumes", query: [QueryItem("secret", "x")], body: [], timeout: .seconds(30))
                )
            }
            #expect(error.code == .overLimit && error.disposition == .callersFault && error.status == 413)
            #expect(error.message == "VolumeLimitExceeded for <redacted>")
            #expect(error.operation == "POST /v3/demo-id/volumes")
            #expect("\(error)" == "volumev3: VolumeLimitExceeded for <redacted> (413, req-cinder)")
            #expect(service.requests.count == 1)
        }
    }

    @Test func `a 404 is the service's word only with its document: a balancer's may pass`() async throws {
        try await withRig { rig in
            let documents = [#"{"itemNotFound": {"code": 404, "message": "Volume v1 could not be found."}}"#]
            let others = ["", "<html><body>404 Not Found</body></html>", "default backend - 404", "{}"]
            let service = try service(
                rig,
                (documents + others).map { ScriptedResponse(404, [.contentType: "text/plain"], text: $0) }
                    + [ScriptedResponse(404)])
            let adapter = try rig.adapter(try await rig.context(life: .seconds(60)), service)
            for number in 0..<5 {
                let error = try await serviceError {
                    _ = try await adapter.send(ServiceRequest(.get, "volumes/v1", timeout: .seconds(30)))
                }
                let isOwn = number < documents.count
                #expect(error.code == (isOwn ? .notFound : .serverError) && error.status == 404, "\(number)")
                #expect(error.disposition == (isOwn ? .callersFault : .transient), "\(number)")
                #expect(error.isServicesOwnAnswer == isOwn && !error.requestMayHaveArrived, "\(number)")
            }
            let head = try await serviceError {
                _ = try await adapter.send(ServiceRequest(.head, "volumes/v1", timeout: .seconds(30)))
            }
            #expect(head.code == .notFound, "an answer to HEAD has no document")
        }
    }

    @Test(arguments: [
        (400, "", true), (401, "", true), (409, "", true), (413, "", true), (500, "", true), (502, "", false),
        (503, "", false), (503, #"{"message": "Keystone is away", "code": 503}"#, true), (504, "", false),
        (504, #"{"message": "no answer in time"}"#, false),
    ])
    func `what a gateway says is not the service's own answer`(status: Int, body: String, isOwn: Bool) {
        let error = ServiceError(
            TransportResponse(status: .init(code: status), body: Array(body.utf8)), to: .post, serviceType: "volumev3",
            operation: "POST /v3/p1/volumes", requestID: nil)
        #expect(error.isServicesOwnAnswer == isOwn)
        let unanswered = ServiceError(.unreachable, "nobody listens", serviceType: "volumev3")
        #expect(!unanswered.isServicesOwnAnswer)
    }

    @Test func `a redirect is followed within the service, and tokens go to no other`() async throws {
        try await withRig { rig in
            let elsewhere = try ScriptedServer { _ in ScriptedResponse(200, text: "{}") }
            let service = try ScriptedService(keystone: rig.keystone) { request in
                switch request.path {
                case "/v3/demo-id/moved": ScriptedResponse(301, [.location: "/v3/demo-id/here"])
                case "/v3/demo-id/away": ScriptedResponse(302, [.location: "http://\(elsewhere.authority)/"])
                default: ScriptedResponse(200, text: "{}")
                }
            }
            let adapter = try rig.adapter(try await rig.context(life: .seconds(60)), service)
            #expect(try await adapter.send(ServiceRequest(.get, "moved", timeout: .seconds(30))).status == 200)
            for method in [HTTPRequest.Method.get, .post] {
                let error = try await serviceError {
                    _ = try await adapter.send(ServiceRequest(method, "away", timeout: .seconds(30)))
                }
                #expect(error.code == .redirected)
            }
            #expect(elsewhere.requests.isEmpty)
        }
    }

    @Test func `an id that would lead elsewhere is not sent`() async throws {
        try await withRig { rig in
            let service = try service(rig, [])
            let adapter = try rig.adapter(try await rig.context(life: .seconds(60)), service)
            for id in ["", ".", ".."] {
                let error = try await serviceError { _ = try await adapter.send(ServiceRequest(.get, "volumes/\(id)")) }
                #expect(error.code == .invalidRequest)
            }
            _ = try await adapter.send(ServiceRequest(.get, "volumes/\("a/../b?c#d")", timeout: .seconds(30)))
            #expect(service.requests.map(\.path) == ["/v3/demo-id/volumes/a%2F..%2Fb%3Fc%23d"])
        }
    }

    @Test func `a cancelled request ends at once, also while it pauses`() async throws {
        try await withRig { rig in
            let service = try service(rig, [ScriptedResponse(503, [.retryAfter: "20"])])
            let adapter = try rig.adapter(try await rig.context(life: .seconds(60)), service)
            let task = Task { try await adapter.send(ServiceRequest(.get, "volumes")) }
            try await eventually { service.requests.count == 1 }
            let started = ContinuousClock.now
            task.cancel()
            #expect(try await serviceError { _ = try await task.value }.code == .cancelled)
            #expect(ContinuousClock.now - started < .seconds(30))
        }
    }

    @Test func `an answer that is no JSON is the service's fault, and its text is not repeated`() async throws {
        try await withRig { rig in
            let service = try service(rig, [ScriptedResponse(200, text: #"{"token": "hidden"#)])
            let adapter = try rig.adapter(try await rig.context(life: .seconds(60)), service)
            let error = try await serviceError {
                let _: [String: String] = try await adapter.send(ServiceRequest(.get, "x", timeout: .seconds(30)))
                    .decode()
            }
            #expect(error.code == .invalidResponse && error.requestMayHaveArrived)
            #expect(!"\(error)".contains("hidden") && error.cause == nil)
        }
    }

    @Test func `a body over 64 KiB is read like a small one`() async throws {
        try await withRig { rig in
            let long = String(repeating: "x", count: 100_000)
            let service = try service(rig, [ScriptedResponse(200, text: #"{"name": "\#(long)"}"#)])
            let adapter = try rig.adapter(try await rig.context(life: .seconds(60)), service)
            let decoded: [String: String] = try await adapter.send(ServiceRequest(.get, "x", timeout: .seconds(30)))
                .decode()
            #expect(decoded["name"] == long)
        }
    }
}
