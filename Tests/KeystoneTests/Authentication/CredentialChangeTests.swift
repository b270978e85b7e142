import Loop
import Synchronization
import TestSupport
import Testing

@testable import Keystone

/// The service user's password or token changes while requests are on their way, over real sockets.
@Suite struct CredentialChangeTests {
    let read = ServiceRequest(.get, "volumes", timeout: .seconds(60))

    /// Sends requests without a pause from eight tasks until `body` has ended; throws what one of them throws.
    func underLoad(_ adapter: ServiceAdapter, _ body: @escaping @Sendable () async throws -> Void) async throws {
        let isOver = Flag()
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { while !isOver.isSet { _ = try await adapter.send(read) } }
            }
            group.addTask {
                defer { isOver.set() }
                try await body()
            }
            try await group.waitForAll()
        }
    }

    final class Flag: Sendable {
        private let value = Atomic(false)
        var isSet: Bool { value.load(ordering: .relaxed) }
        func set() { value.store(true, ordering: .relaxed) }
    }

    @Test func `a password that is changed and then replaced here costs no request and no wait`() async throws {
        try await withRig { rig in
            let service = try rig.emptyService()
            let adapter = try rig.adapter(try await rig.context(life: .seconds(-10)), service)
            let first = try #require(rig.tokens.current)
            let waited = rig.tokens.status.statistics.requestsThatWaited
            try await underLoad(adapter) {
                rig.keystone.add(
                    .init("karbor", password: "changed", project: "service", roles: ["admin", "service"]))
                rig.keystone.set(delay: .milliseconds(100))
                rig.replaceCredential(password: "changed")
                try await eventually { rig.tokens.current != first }
                let count = service.requests.count
                try await eventually { service.requests.count > count + 20 }
            }
            let statistics = rig.tokens.status.statistics
            #expect(rig.keystone.authentications == 2 && statistics.failures == 0)
            #expect(statistics.requestsThatWaited == waited)
        }
    }

    @Test func `a changed password that ends the old tokens is a passing fault until it is replaced here`() async throws
    {
        let time = ManualTime()
        try await withRig(time: time) { rig in
            let service = try rig.emptyService()
            let adapter = try rig.adapter(try await rig.context(life: .seconds(-10)), service)
            rig.keystone.add(.init("karbor", password: "changed", project: "service", roles: ["admin", "service"]))
            rig.keystone.revokeAll(of: "karbor")
            time.advance(by: .seconds(10))
            for _ in 0..<20 {
                let error = try await serviceError { _ = try await adapter.send(read) }
                #expect(error.code == .credentialRefused && error.disposition == .transient, "\(error)")
            }
            #expect(rig.keystone.authentications == 2, "an account may be locked for asking too often")
            rig.replaceCredential(password: "changed")
            _ = try await adapter.send(read)
            #expect(rig.keystone.authentications == 3)
            #expect(rig.tokens.status.failure == nil)
        }
    }

    @Test func `a service token that is revoked under load costs one renewal and no request`() async throws {
        try await withRig { rig in
            let service = try rig.emptyService()
            let adapter = try rig.adapter(try await rig.context(life: .seconds(-10)), service)
            let first = try #require(rig.tokens.current)
            try await underLoad(adapter) {
                try await eventually { service.requests.count > 50 }
                rig.keystone.revokeAll(of: "karbor")
                try await eventually { rig.tokens.current != first }
                let count = service.requests.count
                try await eventually { service.requests.count > count + 50 }
            }
            let statistics = rig.tokens.status.statistics
            #expect(rig.keystone.authentications == 2 && statistics.rejections == 1 && statistics.failures == 0)
        }
    }
}
