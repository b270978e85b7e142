import TestSupport
import Testing

@testable import Keystone

/// Very many requests at once, over real sockets, while the service token changes under them.
@Suite struct RequestStormTests {
    /// With time enough for the leaps of the clock.
    let read = ServiceRequest(.get, "volumes", timeout: .seconds(7200))

    /// All at once; throws what one of them throws.
    func send(_ count: Int, through adapter: ServiceAdapter, meanwhile: @escaping @Sendable () async throws -> Void)
        async throws
    {
        try await withThrowingTaskGroup { group in
            for _ in 0..<count { group.addTask { _ = try await adapter.send(read) } }
            group.addTask { try await meanwhile() }
            try await group.waitForAll()
        }
    }

    @Test func `ten thousand requests across an expiry are one renewal, and none fails or waits`() async throws {
        let time = ManualTime()
        try await withRig(time: time) { rig in
            let service = try rig.emptyService()
            let adapter = try rig.adapter(try await rig.context(life: .seconds(-10)), service)
            let first = try #require(rig.tokens.current)
            let waited = rig.tokens.status.statistics.requestsThatWaited
            await time.waitForSleepers()
            try await send(10_000, through: adapter) {
                try await eventually { service.requests.count >= 1000 }
                rig.keystone.set(delay: .milliseconds(100))
                time.advance(by: .seconds(2953))
                try await eventually { rig.tokens.current != first }
                time.advance(by: .seconds(648))
                #expect(!rig.keystone.accepts(first.value.reveal()))
            }
            let statistics = rig.tokens.status.statistics
            #expect(statistics.renewals == 2 && statistics.failures == 0)
            #expect(rig.keystone.authentications == 2)
            #expect(statistics.requestsThatWaited == waited)
            // Those that had drawn the first token and were sent after its end.
            let again = service.requests.count - 10_000
            #expect(again > 0 && again < 10_000, "the expiry was to fall into their midst: \(again)")
        }
    }

    @Test func `a thousand late 401s about one token are one renewal, and none of the requests fails`() async throws {
        try await withRig { rig in
            let service = try rig.emptyService()
            let transport = HeldTransport(rig.transport)
            let session = rig.session(try await rig.context(life: .seconds(-10)), transport: transport)
            let adapter = try rig.adapter(session, service)
            try await send(1000, through: adapter) {
                try await eventually { transport.held == 1000 }
                rig.keystone.revokeAll(of: "karbor")
                transport.release()
            }
            let statistics = rig.tokens.status.statistics
            #expect(statistics.renewals == 2 && statistics.rejections == 1 && statistics.failures == 0)
            #expect(rig.keystone.authentications == 2)
            #expect(service.requests.count == 2000, "every one was refused once")
        }
    }
}
