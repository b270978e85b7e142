package import FoundationEssentials
package import Telemetry

/// What is known of a request by its key.
package enum KnownRequest: Sendable, Equatable {
    /// Nothing: it did not come before, or was refused, or that is longer ago than answers are kept.
    case unknown
    case answered(status: Int, body: [UInt8])
    /// The key came with another body.
    case different
}

/// The answers to requests that clients may send again.
///
/// Contract: an answer that came with an admission or a plan is there exactly if what it tells of was done. Beyond the limits of
/// `KeptAnswer` one more is `.quotaExceeded`, and nothing of what came with it is written. What is over is removed as new ones
/// come, and never given.
package protocol AnswerStore: Sendable {
    /// - Parameter request: the body that came with the key now.
    func answer(
        to key: IdempotencyKey, request: Secret<[UInt8]>, at date: Date
    ) async throws(StoreError) -> KnownRequest
    /// Keeps the answer to a request that may as well be done twice. Throws `.conflict` where the key has an answer.
    func keep(_ answer: KeptAnswer) async throws(StoreError)
}
