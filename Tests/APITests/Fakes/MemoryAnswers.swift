import Foundation
import Loop
import Protection
import Telemetry

/// Kept answers in memory.
final class MemoryAnswers: AnswerStore {
    private let answers = Locked<[IdempotencyKey: KeptAnswer]>([:])

    var all: [KeptAnswer] { answers.withLock { Array($0.values) } }

    func answer(to key: IdempotencyKey, request: Secret<[UInt8]>, at date: Date) -> KnownRequest {
        guard let kept = answers.withLock({ $0[key] }), kept.keptAt.addingTimeInterval(KeptAnswer.lifetime) > date
        else { return .unknown }
        return kept.request == request ? .answered(status: kept.status, body: kept.body) : .different
    }

    /// How many came after what they tell of, and not with it.
    let late = Locked(0)

    func keep(_ answer: KeptAnswer) throws(StoreError) {
        late.withLock { $0 += 1 }
        try add(answer)
    }

    func add(_ answer: KeptAnswer) throws(StoreError) {
        let isNew = answers.withLock { $0.updateValue(answer, forKey: answer.key) == nil }
        if !isNew { throw StoreError(.conflict, "such a row exists already") }
    }
}
