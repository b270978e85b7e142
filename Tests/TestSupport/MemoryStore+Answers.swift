package import FoundationEssentials
package import Protection
package import Telemetry

extension MemoryStore: AnswerStore {
    package func answer(
        to key: IdempotencyKey, request: Secret<[UInt8]>, at date: Date
    ) async throws(StoreError) -> KnownRequest {
        try await call("answer") { rows in
            guard let kept = rows.answers[key], kept.keptAt.addingTimeInterval(KeptAnswer.lifetime) > date else {
                return .unknown
            }
            return kept.request == request ? .answered(status: kept.status, body: kept.body) : .different
        }
    }

    package func keep(_ answer: KeptAnswer) async throws(StoreError) {
        try await call("keep answer") { rows throws(StoreError) in try Self.keep(answer, in: &rows) }
    }

    static func keep(_ answer: KeptAnswer, in rows: inout MemoryDisk.Rows) throws(StoreError) {
        rows.answers = rows.answers.filter {
            $0.value.keptAt.addingTimeInterval(KeptAnswer.lifetime) > answer.keptAt
        }
        if rows.answers[answer.key] != nil { throw StoreError(.conflict, "such a row exists already") }
        let others = rows.answers.values.filter { $0.key.projectID == answer.key.projectID }
        guard others.count < KeptAnswer.countLimit,
            others.reduce(answer.body.count, { $0 + $1.body.count }) <= KeptAnswer.byteLimit
        else { throw StoreError(.quotaExceeded, "too many answers") }
        rows.answers[answer.key] = answer
    }
}
