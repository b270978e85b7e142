import Engine
import Foundation
import Protection
import ServiceLifecycle
import Testing

@testable import API

/// python-karborclient 2.1.0, unmodified, against this API.
///
/// Runs where `KARBORCLIENT_PYTHON` names a Python that has it (`pip install python-karborclient==2.1.0 setuptools`).
@Suite struct KarborClientTests {
    private static let python = ProcessInfo.processInfo.environment["KARBORCLIENT_PYTHON"]

    @Test(.enabled(if: python != nil))
    func `Karbor's own client does all of its verbs`() async throws {
        let api = try TestAPI()
        let now = api.time.date()
        let volume = Resource(
            type: .volume, id: TestAPI.volume, name: "data-1", extraInfo: ["availability_zone": "nova"])
        api.protectables.volumes.withLock { $0 = [ProtectableInstance(resource: volume)] }
        api.addLog()
        api.quotas.rows.withLock { rows in
            rows.services = [
                ServiceRecord(
                    id: 1, binary: "karbor-protection", host: "one", isDisabled: false, disabledReason: nil,
                    createdAt: now, updatedAt: now)
            ]
        }
        let (ports, announce) = AsyncStream.makeStream(of: Int?.self)
        let server = api.server(whenRunning: { port in announce.yield(port) })
        let group = ServiceGroup(
            configuration: .init(services: [server], gracefulShutdownSignals: [], logger: api.log.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let announced = await ports.first { _ in true }
            let port = try #require(announced ?? nil)
            try await session(with: api, port: port)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func session(with api: TestAPI, port: Int) async throws {
        let script = Bundle.module.bundleURL.appendingPathComponent("karborclient_session.py")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.python ?? "")
        process.arguments = [
            script.path, "http://127.0.0.1:\(port)\(APIClient.v1)", FakeCallers.project, TestAPI.volume,
            "member-token", "admin-token",
        ]
        // An engine would do its work meanwhile; this one is done once somebody has looked a few times.
        api.operations.state.withLock { $0.readsUntilAvailable = 4 }
        let (ended, end) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { end.yield($0.terminationStatus) }
        try process.run()
        #expect(await ended.first { _ in true } == 0)
    }
}
