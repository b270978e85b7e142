import Keystone
import Loop
import OpenStack
import Telemetry

/// Requests at a steady pace while a Keystone that takes its time renews the daemon's token again and again.
///
/// Prints how many waited for a token, and the 99th percentile of how long they took: apart for those during which a
/// renewal was under way at any moment.
struct RenewalBenchmark: Sendable {
    let cinder: String
    let keystone: String
    let renewals: Int
    /// Each sends a request, and the next one `pace` later, or when that is answered if it takes longer.
    private let callers = 20
    private let pace = Duration.milliseconds(10)

    func run() async throws {
        let watch = RenewalWatch()
        let clients = try BenchmarkClients(cinder: cinder, keystone: keystone) { identity in
            watch.issuer(identity, credential)
        }
        let volumes = clients.blockStorage
        // The first token is no renewal, and the first request finds no connection.
        _ = try await clients.tokens.token(until: clients.loop.now() + .seconds(20))
        _ = try await volumes.volume("1")
        let before = clients.tokens.status.statistics
        let timings = try await clients.loop.run {
            try await withThrowingTaskGroup(of: RequestTimings.self) { group in
                for caller in 0..<self.callers {
                    let start = clients.loop.now() + self.pace / self.callers * caller
                    group.addTask { try await self.requests(to: volumes, from: start, watch, clients.loop) }
                }
                return try await group.reduce(into: RequestTimings()) { $0.add($1) }
            }
        }
        let after = clients.tokens.status.statistics
        print(
            "renewals \(after.renewals - before.renewals) waited \(after.requestsThatWaited - before.requestsThatWaited)",
            "during \(timings.during.count) during_p99_us \(timings.during.percentile(99))",
            "outside \(timings.outside.count) outside_p99_us \(timings.outside.percentile(99))")
        await clients.shutdown()
    }

    private func requests(
        to volumes: BlockStorageClient, from start: ContinuousClock.Instant, _ watch: RenewalWatch, _ loop: Loop
    ) async throws -> RequestTimings {
        var timings = RequestTimings()
        var next = start
        // One of them is the first token's.
        while watch.count.ended <= renewals {
            try await loop.sleep(until: next)
            let before = watch.count
            let sent = loop.now()
            _ = try await volumes.volume("1")
            let took = sent.duration(to: loop.now())
            if before.isUnderWay || watch.count != before {
                timings.during.append(took)
            } else {
                timings.outside.append(took)
            }
            next = max(next + pace, loop.now())
        }
        return timings
    }

    private var credential: Credential {
        let domain = Credential.Domain.id("default")
        return Credential(
            authURL: keystone,
            method: .password(user: .name("karbor", domain: domain), password: Secret("benchmark")),
            scope: .project(.name("service", domain: domain)))
    }
}
