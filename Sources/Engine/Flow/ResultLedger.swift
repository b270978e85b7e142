import FoundationEssentials
import PluginKit
import Protection
import Synchronization

/// What an operation shows of itself while it runs, and the new ids of what it restored.
final class ResultLedger: Sendable {
    private let operation: Operation
    private let store: any OperationStore
    private let state: Mutex<State>

    private struct State {
        var report: ResourceReport
        var newIDs: [ResourceKey: String] = [:]
        var stepsDone = 0
        var stepsTotal = 0
        var shownAt: ContinuousClock.Instant?
    }

    init(operation: Operation, store: any OperationStore, report: ResourceReport) {
        self.operation = operation
        self.store = store
        state = Mutex(State(report: report))
    }

    var report: ResourceReport { state.withLock(\.report) }

    func newID(of key: ResourceKey) -> String? { state.withLock { $0.newIDs[key] } }

    /// Under the id that the resource is restored as, once it has one.
    func note(_ key: ResourceKey, status: String, reason: String = "", newID: String? = nil) {
        state.withLock { state in
            if let newID { state.newIDs[key] = newID }
            let shown = state.newIDs[key].map { ResourceKey(type: key.type, id: $0) } ?? key
            state.report.set(shown, status: status, reason: reason)
        }
    }

    func expect(steps: Int) {
        state.withLock { $0.stepsTotal = steps }
    }

    func stepDone() {
        state.withLock { $0.stepsDone += 1 }
    }

    /// At most once a second, so that a graph of many quick resources does not write its log all the time.
    func isDue(at now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            if let last = state.shownAt, now < last + .seconds(1) { return false }
            state.shownAt = now
            return true
        }
    }

    /// The log's `extra_info`.
    var extraInfo: JSONValue {
        let (done, total) = state.withLock { ($0.stepsDone, $0.stepsTotal) }
        return [
            "acceptable_until": .string(operation.acceptableUntil.formatted(.iso8601)),
            "progress": ["steps_done": .integer(Int64(done)), "steps_total": .integer(Int64(total))],
        ]
    }

    func save() async throws {
        let hasReport = operation.restoreID != nil || operation.verificationID != nil
        try await store.report(operation.id, extraInfo: extraInfo, resources: hasReport ? report : nil)
    }
}

/// The part of the ledger that one resource's hooks write.
struct ProgressOfResource: ResourceProgress {
    let key: ResourceKey
    let ledger: ResultLedger

    func report(_ status: String, as newID: String?) async throws {
        ledger.note(key, status: status, newID: newID)
        // Only shown meanwhile: the next report, or the operation's end, writes it again.
        try? await ledger.save()
    }

    func newID(of key: ResourceKey) -> String? { ledger.newID(of: key) }
}
