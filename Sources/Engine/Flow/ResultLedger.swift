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
        var work = WorkTally()
        /// What an earlier run had done, and how it goes since.
        var workBefore = WorkTally()
        var estimate: EndEstimate?
        var estimatedEnd: Date?
        var hasNews = false
        var shownAt: ContinuousClock.Instant?

        func shown(_ key: ResourceKey) -> ResourceKey {
            newIDs[key].map { ResourceKey(type: key.type, id: $0) } ?? key
        }

        /// Estimates the end anew where there is reason to.
        mutating func judge(at now: ContinuousClock.Instant, date: Date) {
            guard var estimate else { return }
            let all = work.amount
            let before = all.isInBytes ? Double(workBefore.bytesDone) : Double(workBefore.stepsDone)
            let last = estimate.end
            estimate.update(done: all.done - before, total: all.total - before, at: now)
            self.estimate = estimate
            guard estimate.end != last else { return }
            estimatedEnd = estimate.end.map { date.addingTimeInterval(($0 - now) / .seconds(1)) }
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
        state.withLock {
            HookMark(
                status: $0.report?.status[$0.shown(key).description], newID: $0.newIDs[key],
                bytes: $0.work.bytesTotal(of: key))
        }
    }

    /// What an earlier run knew; the report may have been held back then.
    func recall(_ mark: HookMark, of key: ResourceKey, isFinished: Bool) {
        state.withLock { state in
            if let bytes = mark.bytes { state.work.transferred(0, of: bytes, by: key) }
            if isFinished { state.work.finish(key) }
        }
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
            state.work.expect(resources: count)
            state.hasNews = true
        }
    }

    /// From now on it shows how fast it goes: all that an earlier run had done has been recalled.
    func beginWork() {
        state.withLock { state in
            state.workBefore = state.work
            state.estimate = EndEstimate(began: time.now())
        }
    }

    func transferred(_ bytes: Int64, of total: Int64, by key: ResourceKey) {
        state.withLock { state in
            state.work.transferred(bytes, of: total, by: key)
            state.hasNews = true
        }
    }

    func resourceDone(_ key: ResourceKey) {
        state.withLock { state in
            state.work.finish(key)
            state.hasNews = true
        }
    }

    /// The work is over, whatever came of it: no end is estimated any more.
    func endWork() {
        state.withLock { state in
            state.estimate = nil
            state.estimatedEnd = nil
        }
    }

    var progress: OperationProgress {
        state.withLock { state in
            state.judge(at: time.now(), date: time.date())
            return OperationProgress(
                stepsDone: state.work.stepsDone, stepsTotal: state.work.stepsTotal, bytesDone: state.work.bytesDone,
                bytesTotal: state.work.bytesTotal, estimatedEnd: state.estimatedEnd)
        }
    }

    /// The log's `extra_info`.
    var extraInfo: JSONValue {
        var info: OrderedDictionary<String, JSONValue> = [
            "acceptable_until": .string(operation.acceptableUntil.formatted(.iso8601))
        ]
        if let id = operation.trustID { info["trust_id"] = .string(id) }
        if let reason = operation.trustRefusal { info["trust_refused"] = .string(reason) }
        info["progress"] = progress.json
        return .object(info)
    }

    /// Shows what is new, at most once a second: a graph of many quick resources would write its log all the time.
    ///
    /// What is held back is shown by a later call: whoever waits makes one. Only the operation's end is a promise, so a failure
    /// here is harmless.
    func show() async {
        let now = time.now()
        let isDue = state.withLock { state in
            guard state.hasNews || state.estimate?.isOverdue(at: now) == true else { return false }
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
