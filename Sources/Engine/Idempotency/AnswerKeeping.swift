import FoundationEssentials
import Loop
package import Protection
import Telemetry

/// Makes the answer to be kept out of what was admitted; called in time to be written with it.
package typealias Keeping<Admitted> = @Sendable (Admitted) -> KeptAnswer

/// How the answer to one request with a key gets into the store together with what the request does.
///
/// A route whose effect must not happen twice hands `keeping` to whatever writes that effect. Of any other the answer is kept
/// after it: where a crash comes between, the request is done again.
package final class AnswerKeeping: Sendable {
    private let key: IdempotencyKey
    private let request: Secret<[UInt8]>
    private let date: Date
    private let used = Locked(false)

    init(key: IdempotencyKey, request: Secret<[UInt8]>, at date: Date) {
        self.key = key
        self.request = request
        self.date = date
    }

    /// - Parameter body: what is answered to it, with 200.
    package func keeping<Admitted>(_ body: @escaping @Sendable (Admitted) -> JSONValue) -> Keeping<Admitted> {
        { admitted in
            self.used.withLock { $0 = true }
            return self.answer(status: 200, body: body(admitted).encodedBytes)
        }
    }

    /// Whether the answer has been handed over to be written.
    var isUsed: Bool { used.withLock { $0 } }

    func answer(status: Int, body: [UInt8]) -> KeptAnswer {
        KeptAnswer(key: key, request: request, status: status, body: body, keptAt: date)
    }
}
