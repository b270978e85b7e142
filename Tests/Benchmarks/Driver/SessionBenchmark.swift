import Keystone
import OpenStack

/// Authenticated GETs of a volume through session and service-token wrapper: headers, 401 rule, error forms, metrics and all.
struct SessionBenchmark: Sendable {
    let url: String
    /// Whether each volume is decoded by Cinder's client, or stays the bytes that came.
    let readsAnswers: Bool
    let count: Int
    let inFlight: Int

    func run() async throws {
        let clients = try BenchmarkClients(cinder: url, keystone: url)
        let loop = clients.loop
        let request = request(clients)
        try await loop.run { try await self.repeated(2_000, request) }
        let before = processorTime()
        let started = loop.now()
        try await loop.run { try await self.repeated(self.count, request) }
        let wall = started.duration(to: loop.now()) / .microseconds(1)
        let used = processorTime() - before
        print("requests \(count) cpu_us \(used / Double(count)) wall_us \(wall / Double(count))")
        await clients.shutdown()
    }

    private func request(_ clients: BenchmarkClients) -> @Sendable () async throws -> Void {
        if readsAnswers {
            let cinder = clients.blockStorage
            return { _ = try await cinder.volume("1") }
        }
        let adapter = clients.adapter
        return { _ = try await adapter.send(ServiceRequest(.get, "volumes/1")) }
    }

    private func repeated(_ times: Int, _ request: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<inFlight {
                group.addTask {
                    for _ in 0..<(times / self.inFlight) { try await request() }
                }
            }
            try await group.waitForAll()
        }
    }
}
