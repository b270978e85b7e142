import FoundationEssentials
import HTTPTypes
import Loop
import TestSupport

/// All of one seed's world that outlives the daemon: time, chance, services, the bank, and what happened.
///
/// Touched by the thread alone that drains the queue of jobs.
final class World: @unchecked Sendable {
    let agenda = Agenda()
    let executor: SimulatedExecutor
    let trace: Trace
    let bank = BankContents()
    /// Who works on what in the bank.
    let leases = BankContents()
    var chance: Chance
    let trouble: Trouble
    private(set) lazy var cloud = makeCloud()
    /// How long Keystone takes a user's token after its end.
    let window: Duration
    private var lastID = 0

    init(_ options: SimulationOptions, executor: SimulatedExecutor) {
        self.executor = executor
        trace = Trace(isKept: options.isTold)
        chance = Chance(seed: options.seed)
        trouble = Trouble(&chance)
        window = .seconds(chance.one(of: [172_800, 172_800, 172_800, 2400]))
    }

    private func makeCloud() -> SimulatedCloud {
        let time = SimulatedTime(agenda, Border())
        let keystone = ScriptedKeystone.Desk(
            life: .seconds(chance.one(of: [3600, 3600, 300])), window: window, clock: { time.date() })
        let cinder = SimulatedCinder(pageLimit: chance.one(of: [1000, 1000, 2])) { [unowned self] action in
            let longest = isTroubled ? trouble.slowness : .seconds(5)
            agenda.add(after: .milliseconds(50) + chance.length(upTo: longest), action)
        } fails: { [unowned self] in
            isTroubled && chance.isTrue(trouble.states)
        }
        return SimulatedCloud(keystone: keystone, cinder: cinder)
    }

    /// Whether things may still go wrong.
    var isTroubled: Bool { agenda.elapsed < trouble.quiet }

    var date: Date { Date(timeIntervalSince1970: 1_700_000_000) + (agenda.elapsed / .seconds(1)) }

    func newID() -> String {
        lastID += 1
        return "id-\(lastID)"
    }

    /// Something happened; in the same way in each run of the seed.
    func tell(_ text: String) { trace.add(agenda.elapsed, text) }

    /// What becomes of a request that is sent now.
    func fate(of method: HTTPRequest.Method, at authority: String, left: Duration) -> RequestFate {
        guard isTroubled else { return .fine(&chance, left: left) }
        if trouble.keystoneAway.contains(where: { $0.contains(agenda.elapsed) }) {
            if authority == SimulatedCloud.keystone {
                return RequestFate(
                    effects: [], reply: .error(.connect, mayHaveArrived: false), replyAfter: min(left, .milliseconds(5))
                )
            }
            // What stands before Cinder asks Keystone, too.
            if chance.isTrue(0.3) {
                return RequestFate(
                    effects: [],
                    reply: .other(ScriptedResponse(503, [.contentType: "text/plain"], text: "Keystone is unavailable")),
                    replyAfter: min(left, .milliseconds(20)))
            }
        }
        guard chance.isTrue(trouble.requests) else { return .fine(&chance, left: left) }
        return .trouble(&chance, left: left)
    }

    /// Lets the process work, and real threads for it, until `isDone`.
    func wait(_ isDone: () -> Bool) throws {
        guard JobQueue.shared.run(until: isDone, on: executor) else {
            throw Finding("the process does not come to an end of something it really does")
        }
    }

    /// What `body` comes to, which waits for nothing but real threads.
    func now<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
        // The one thread alone touches it.
        nonisolated(unsafe) var result: Result<Value, any Error>?
        Task {
            do { result = .success(try await body()) } catch { result = .failure(error) }
        }
        try wait { result != nil }
        guard let result else { throw Finding("there is no result") }
        return try result.get()
    }

    func drain() throws {
        guard JobQueue.shared.runAll(on: executor) else { throw Finding("the process goes round in circles") }
    }
}
