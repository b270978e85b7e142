import FoundationEssentials
import Loop
import OrderedCollections
import Protection

/// What an operation shows of itself while it runs, and the new ids of what it restored.
final class ResultLedger: Sendable {
    private let operation: Operation
    private let store: any OperationStore
    private let time: any TimeSource
    private let state = Locked(State())

    private struct State {
        var report: ResourceReport?
        var newIDs: [ResourceKey: String] = [:]
        var resourcesDone = 0
        var resourcesTotal = 0
        var hasNews = false
        var shownAt: ContinuousClock.Instant?

        func shown(_ key: ResourceKey) -> ResourceKey {
            newIDs[key].map { ResourceKey(type: key.type, id: $0) } ?? key
        }
    }

    init(operation: Operation, store: any OperationStore, time: any TimeSource) {
        self.operation = operation
        self.store = store
        self.time = time
    }

    /// What became of the resources; nil while it is not known what an earlier run reported.
    var report: ResourceReport? { state.withLock(\.report) }

    /// What an earlier run reported: this one goes on with it.
    func begin(with report: ResourceReport) {
        state.withLock { $0.report = report }
    }

    func newID(of key: ResourceKey) -> String? { state.withLock { $0.newIDs[key] } }

    /// What is reported of a resource now.
    func mark(of key: ResourceKey) -> HookMark {
        state.withLock { HookMark(status: $0.report?.status[$0.shown(key).description], newID: $0.newIDs[key]) }
    }

    /// What an earlier run knew; the report may have been held back then.
    func recall(_ mark: HookMark, of key: ResourceKey) {
        if let status = mark.status {
            note(key, status: status, newID: mark.newID)
        } else if let newID = mark.newID {
            state.withLock { $0.newIDs[key] = newID }
        }
    }

    /// Under the id that the resource is restored as, once it has one.
    func note(_ key: ResourceKey, status: String, reason: String = "", newID: String? = nil) {
        state.withLock { state in
            if let newID { state.newIDs[key] = newID }
            let shown = state.shown(key)
            state.report = state.report ?? ResourceReport()
            state.report?.set(shown, status: status, reason: reason)
            state.hasNews = true
        }
    }

    func expect(resources count: Int) {
        state.withLock { state in
            state.resourcesTotal = count
            state.hasNews = true
        }
    }

    func resourceDone() {
        state.withLock { state in
            state.resourcesDone += 1
            state.hasNews = true
        }
    }

    /// The log's `extra_info`. A step of the progress is a resource, done when its last hook has ended.
    var extraInfo: JSONValue {
        let (done, total) = state.withLock { ($0.resourcesDone, $0.resourcesTotal) }
        var info: OrderedDictionary<String, JSONValue> = [
            "acceptable_until": .string(operation.acceptableUntil.formatted(.iso8601))
        ]
        if let id = operation.trustID { info["trust_id"] = .string(id) }
        if let reason = operation.trustRefusal { info["trust_refused"] = .string(reason) }
        info["progress"] = ["steps_done": .integer(Int64(done)), "steps_total": .integer(Int64(total))]
        return .object(info)
    }

    /// Shows what is new, at most once a second: a graph of many quick resources would write its log all the time.
    ///
    /// What is held back is shown by a later call: whoever waits makes one. Only the operation's end is a promise, so a failure
    /// here is harmless.
    func show() async {
        let now = time.now()
        let isDue = state.withLock { state in
            guard state.hasNews else { return false }
            if let last = state.shownAt, now < last + .seconds(1) { return false }
            state.shownAt = now
            state.hasNews = false
            return true
        }
        guard isDue else { return }
        let hasReport = operation.restoreID != nil || operation.verificationID != nil
        try? await store.report(operation.id, extraInfo: extraInfo, resources: hasReport ? report : nil)
    }
}
