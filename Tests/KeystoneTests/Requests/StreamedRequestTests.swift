import HTTPTransport
import HTTPTypes
import Loop
import Telemetry
import TestSupport
import Testing

@testable import Keystone

/// Requests whose bodies are streamed, and what becomes of them when they must be sent twice; over real sockets.
@Suite(.timeLimit(.minutes(1))) struct StreamedRequestTests {
    private static let pieces = ["one", "two", "six"].map { Array($0.utf8) }
    private static let whole = Array("onetwosix".utf8)

    /// How often it was opened, and what is left of it.
    private final class Source: Sendable {
        private let state = Locked((opened: 0, left: [[UInt8]]()))

        var opened: Int { state.withLock { $0.opened } }

        func open() -> BodySource.Producer {
            state.withLock { state in
                state.opened += 1
                state.left = StreamedRequestTests.pieces
            }
            return { self.state.withLock { $0.left.isEmpty ? nil : $0.left.removeFirst() } }
        }

        var reopenable: BodySource { .reopenable(length: 9) { self.open() } }
        var once: BodySource { .once(length: 9, next: open()) }
    }

    private func write(_ source: BodySource) -> ServiceRequest {
        ServiceRequest(.put, "volumes/1/data", streaming: source, timeout: .seconds(30))
    }

    private func desk(_ rig: Rig, _ habit: StorageDesk.Habit = .early) throws -> StorageDesk {
        try StorageDesk(keystone: rig.keystone, habit) { request, connection in
            try connection.send(ScriptedResponse(201, [:], request.body))
        }
    }

    @Test func `the body goes out whole, with its type and length, when the service gives leave`() async throws {
        try await withRig { rig in
            let desk = try desk(rig)
            let response = try await rig.adapter(desk).send(write(Source().reopenable))
            #expect(response.status == 201 && response.body == Self.whole)
            let request = try #require(desk.requests.first)
            #expect(request.headerFields[.contentType] == "application/octet-stream")
            #expect(request.headerFields[.contentLength] == "9" && request.headerFields[.expect] == "100-continue")
        }
    }

    @Test(arguments: [StorageDesk.Habit.early, .late], [true, false])
    func `after a 401 a source that can be opened again is`(habit: StorageDesk.Habit, streamsAnswer: Bool) async throws
    {
        try await withRig { rig in
            let (desk, source) = (try desk(rig, habit), Source())
            let adapter = try await rig.adapter(desk, serviceTokenIsRevoked: true)
            if streamsAnswer {
                var body: [UInt8] = []
                for try await piece in try await adapter.open(write(source.reopenable)).body { body += piece }
                #expect(body == Self.whole)
            } else {
                #expect(try await adapter.send(write(source.reopenable)).body == Self.whole)
            }
            #expect(source.opened == 2 && desk.requests.count == 2)
        }
    }

    @Test func `a 401 that comes before the body costs a source nothing that is read only once`() async throws {
        try await withRig { rig in
            let desk = try desk(rig, .early)
            let adapter = try await rig.adapter(desk, serviceTokenIsRevoked: true)
            #expect(try await adapter.send(write(Source().once)).body == Self.whole)
            #expect(desk.requests.count == 2)
        }
    }

    @Test func `a 401 after such a body is an error that says so, and the token is renewed for the next request`()
        async throws
    {
        try await withRig { rig in
            let desk = try desk(rig, .late)
            let adapter = try await rig.adapter(desk, serviceTokenIsRevoked: true)
            let error = try await serviceError { _ = try await adapter.send(write(Source().once)) }
            #expect(error.code == .unauthorized && error.disposition == .transient && error.status == 401)
            #expect(error.message.contains("read only once") && !error.requestMayHaveArrived, "\(error)")
            #expect(desk.requests.count == 1 && rig.keystone.authentications == 2)
            #expect(try await adapter.send(write(Source().once)).body == Self.whole)
        }
    }

    @Test func `a source that is read only once is not good for a second request`() async throws {
        try await withRig { rig in
            let desk = try desk(rig)
            let (adapter, source) = (try await rig.adapter(desk), Source().once)
            _ = try await adapter.send(write(source))
            let error = try await serviceError { _ = try await adapter.send(write(source)) }
            #expect(error.code == .invalidRequest && error.message.contains("cannot be opened"))
            #expect(desk.requests.count == 1)
        }
    }

    @Test func `a source that cannot be opened, or fails in the middle, is the caller's error, and carries the cause`()
        async throws
    {
        struct Failure: Error {}
        try await withRig { rig in
            let desk = try desk(rig)
            let adapter = try await rig.adapter(desk)
            let unopened = try await serviceError {
                _ = try await adapter.send(write(.reopenable(length: 9) { throw Failure() }))
            }
            #expect(unopened.code == .invalidRequest && unopened.cause is Failure && !unopened.requestMayHaveArrived)
            let given = Locked(0)
            let broken = try await serviceError {
                let source = BodySource.once(length: 9) {
                    let first = given.withLock { given in
                        given += 1
                        return given == 1
                    }
                    guard first else { throw Failure() }
                    return Array("one".utf8)
                }
                _ = try await adapter.send(write(source))
            }
            #expect(broken.code == .invalidRequest && broken.requestMayHaveArrived)
            #expect((broken.cause as? TransportError)?.cause is Failure)
            #expect(try await adapter.send(write(Source().once)).body == Self.whole, "the next one is not concerned")
            #expect(desk.requests.count == 1)
        }
    }

    @Test func `an upload may take longer than the request's timeout`() async throws {
        try await withRig { rig in
            let desk = try desk(rig)
            let next = Source().open()
            let source = BodySource.once(length: 9) {
                try await rig.loop.sleep(for: .milliseconds(500))
                return try await next()
            }
            let request = ServiceRequest(.put, "volumes/1/data", streaming: source, timeout: .milliseconds(1500))
            #expect(try await rig.adapter(desk).send(request).body == Self.whole)
        }
    }

    @Test func `a 401 after a body that took longer than the timeout leaves time for the next attempt`() async throws {
        try await withRig { rig in
            let (desk, source) = (try desk(rig, .late), Source())
            let slow = BodySource.reopenable(length: 9) {
                let next = source.open()
                return {
                    if source.opened == 1 { try await rig.loop.sleep(for: .milliseconds(500)) }
                    return try await next()
                }
            }
            let request = ServiceRequest(.put, "volumes/1/data", streaming: slow, timeout: .milliseconds(1200))
            let adapter = try await rig.adapter(desk, serviceTokenIsRevoked: true)
            #expect(try await adapter.send(request).body == Self.whole)
            #expect(source.opened == 2)
        }
    }

    @Test func `nobody listening: a body that was not begun may be sent again, and all attempts end`() async throws {
        try await withRig { rig in
            let source = Source()
            let context = try await rig.context(life: .seconds(60))
            let server = try ScriptedServer { _ in ScriptedResponse(200) }
            server.stop()
            let counting = CountingTransport(rig.transport)
            let session = rig.session(context, retries: .quick, transport: counting)
            let base = try #require(BaseURL("http://\(server.authority)"))
            let adapter = ServiceAdapter(session: session, serviceType: "object-store", endpoint: FixedEndpoint(base))
            let error = try await serviceError { _ = try await adapter.send(write(source.once)) }
            #expect(error.code == .unreachable && !error.requestMayHaveArrived)
            #expect(counting.count == 4)
        }
    }
}
