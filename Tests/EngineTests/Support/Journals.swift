import FoundationEssentials
import Loop
import Protection
import TestSupport

/// Takes nothing.
struct BrokenJournal: StepJournal {
    func steps(of operationID: String) async throws(StoreError) -> [StepRecord] { [] }
    func begin(_ step: StepRecord) async throws(StoreError) { throw StoreError(.unavailable, "no disk") }
    func finish(operationID: String, path: String, result: [UInt8]) async throws(StoreError) {
        throw StoreError(.unavailable, "no disk")
    }
}

/// Takes nothing until `delay` has passed.
final class SlowJournal: StepJournal {
    private let time: QuickTime
    private let opensAt: Date
    private let taken = Locked<StepRecord?>(nil)

    init(time: QuickTime, delay: Duration) {
        self.time = time
        opensAt = time.date().addingTimeInterval(delay / .seconds(1))
    }

    var last: StepRecord? { taken.withLock { $0 } }

    func steps(of operationID: String) async throws(StoreError) -> [StepRecord] { [] }

    func begin(_ step: StepRecord) async throws(StoreError) {
        guard time.date() >= opensAt else { throw StoreError(.unavailable, "not yet") }
        taken.withLock { $0 = step }
    }

    func finish(operationID: String, path: String, result: [UInt8]) async throws(StoreError) {}
}

final class Times: Sendable {
    private let state = Locked<[Date]>([])

    var all: [Date] { state.withLock { $0 } }

    func add(_ date: Date) { state.withLock { $0.append(date) } }
}
