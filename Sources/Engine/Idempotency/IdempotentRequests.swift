package import Loop
package import Protection
package import Telemetry

/// Lets a client send a request again, by a key of its own, without its being done again.
///
/// Invariants:
/// 1. Of requests with one key at most one is under way; another one is refused meanwhile.
/// 2. A request whose key has an answer is not performed.
/// 3. An answer is kept only if the request was done; one that was refused may be tried again.
///
///     unknown   -> under way   it is performed
///     under way -> answered    its effect is written, and the answer with it
///     under way -> unknown     it was refused, or nothing of it was written when the process ended
///     answered  -> unknown     its time is over
package final class IdempotentRequests: Sendable {
    /// What is answered to a request, now or again.
    package struct Answer: Sendable, Equatable {
        package var status: Int
        package var body: [UInt8]
        /// Whether it was answered before, and nothing was done now.
        package var isRepeated = false

        package init(status: Int, body: [UInt8]) {
            self.status = status
            self.body = body
        }
    }

    private let store: any AnswerStore
    private let time: any TimeSource
    private let underWay = Locked<Set<IdempotencyKey>>([])

    package init(store: any AnswerStore, time: any TimeSource) {
        self.store = store
        self.time = time
    }

    /// - Parameter request: the body that came with the key.
    /// - Parameter perform: does what is asked for; throws, or answers with another status than 2xx, where it did nothing.
    package func answer(
        to key: IdempotencyKey, request: Secret<[UInt8]>, performing perform: (AnswerKeeping) async throws -> Answer
    ) async throws -> Answer {
        guard underWay.withLock({ $0.insert(key).inserted }) else { throw Refusal.underWay }
        defer { underWay.withLock { _ = $0.remove(key) } }
        let now = time.date()
        switch try await store.answer(to: key, request: request, at: now) {
        case .different: throw Refusal.otherRequest
        case .answered(let status, let body):
            var answer = Answer(status: status, body: body)
            answer.isRepeated = true
            return answer
        case .unknown:
            let keeping = AnswerKeeping(key: key, request: request, at: now)
            let answer = try await perform(keeping)
            if !keeping.isUsed, (200..<300).contains(answer.status) {
                // Best effort: what has no answer in its own transaction may as well be done again.
                try? await store.keep(keeping.answer(status: answer.status, body: answer.body))
            }
            return answer
        }
    }

    /// Both are a conflict; only the first one passes.
    package enum Refusal: Error, Sendable, Equatable { case underWay, otherRequest }
}
