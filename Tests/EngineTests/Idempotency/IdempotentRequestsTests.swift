import FoundationEssentials
import Loop
import Protection
import Telemetry
import TestSupport
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(1))) struct IdempotentRequestsTests {
    private let disk = MemoryDisk()
    private let time = ManualTime()
    private let body = Secret(Array("{}".utf8))
    private let key = IdempotencyKey(projectID: "p", path: "/v1/p/restores", text: "k")
    private let done = Counted()

    private func requests() -> IdempotentRequests {
        IdempotentRequests(store: MemoryStore(disk: disk), time: time)
    }

    /// A request whose answer says how many were done.
    private func ask(
        _ requests: IdempotentRequests, key: IdempotencyKey? = nil, body: Secret<[UInt8]>? = nil
    ) async throws -> IdempotentRequests.Answer {
        try await requests.answer(to: key ?? self.key, request: body ?? self.body) { _ in
            done.more()
            return IdempotentRequests.Answer(status: 202, body: [UInt8(done.count)])
        }
    }

    @Test func `what comes again is answered as it was, also by another process, and not done again`() async throws {
        let first = try await ask(requests())
        var again = try await ask(requests())
        #expect(again.isRepeated && !first.isRepeated)
        again.isRepeated = false
        #expect(again == first)
        #expect(done.count == 1)
    }

    @Test func `with another body it is refused, with another key or path it is another request`() async throws {
        let requests = requests()
        _ = try await ask(requests)
        await #expect(throws: IdempotentRequests.Refusal.otherRequest) {
            try await ask(requests, body: Secret(Array("{ }".utf8)))
        }
        #expect(done.count == 1)
        var (text, path, project) = (key, key, key)
        text.text = "other"
        path.path = "/v1/p/plans"
        project.projectID = "q"
        for other in [text, path, project] { _ = try await ask(requests, key: other) }
        #expect(done.count == 4)
    }

    @Test func `while it is under way another one is refused, one with another key is not`() async throws {
        let requests = requests()
        let (gate, open) = AsyncStream<Never>.makeStream()
        let asking = Task {
            try await requests.answer(to: key, request: body) { _ in
                done.more()
                for await _ in gate {}
                return IdempotentRequests.Answer(status: 200, body: [])
            }
        }
        try await eventually { done.count == 1 }
        await #expect(throws: IdempotentRequests.Refusal.underWay) { try await ask(requests) }
        var other = key
        other.text = "other"
        _ = try await ask(requests, key: other)
        open.finish()
        _ = try await asking.value
        #expect(try await ask(requests).isRepeated)
        #expect(done.count == 2)
    }

    @Test func `what was refused may be tried again`() async throws {
        let requests = requests()
        let fault = ServiceFault(.conflict, "not now")
        await #expect(throws: fault) {
            try await requests.answer(to: key, request: body) { _ in throw fault }
        }
        let refused = IdempotentRequests.Answer(status: 404, body: [])
        #expect(try await requests.answer(to: key, request: body) { _ in refused } == refused)
        #expect(try await ask(requests) == IdempotentRequests.Answer(status: 202, body: [1]))
        #expect(disk.rows.answers.count == 1)
    }

    @Test func `an answer that was written with the effect is not written again`() async throws {
        let requests = requests()
        _ = try await requests.answer(to: key, request: body) { keeping in
            let kept = keeping.keeping { (number: Int) in .integer(Int64(number)) }(7)
            try await MemoryStore(disk: disk).keep(kept)
            return IdempotentRequests.Answer(status: 200, body: Array("7".utf8))
        }
        #expect(try await ask(requests).body == Array("7".utf8))
        #expect(done.count == 0)
    }

    @Test func `after 24 hours it is a new request`() async throws {
        let requests = requests()
        _ = try await ask(requests)
        time.advance(by: .seconds(86_399))
        #expect(try await ask(requests).isRepeated)
        time.advance(by: .seconds(2))
        #expect(try await !ask(requests).isRepeated)
        #expect(done.count == 2)
    }
}
