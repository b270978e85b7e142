import Loop
import Protection
import Synchronization

/// A blocking lane whose callers do not wait for ever, as a file system over a network may.
///
/// Calls take effect one after another in the order they were made. One that has not come to its end within `patience`
/// throws `.unavailable`: if it had begun it may still take effect, if not it never will. More than `limit` calls do not
/// wait; the next one is refused with `.unavailable`. A caller's cancellation changes nothing: what marks a checkpoint as
/// failed runs in a task that was cancelled.
final class BankLane: Sendable {
    private let lane: BlockingLane
    private let time: any TimeSource
    private let patience: Duration
    private let limit: Int
    private let waiting = Atomic(0)

    init(label: String, time: any TimeSource, patience: Duration, limit: Int) {
        lane = BlockingLane(label: label)
        self.time = time
        self.patience = patience
        self.limit = limit
    }

    func run<T: Sendable>(_ body: @Sendable @escaping () throws(BankError) -> T) async throws(BankError) -> T {
        guard waiting.add(1, ordering: .relaxed).newValue <= limit else {
            waiting.subtract(1, ordering: .relaxed)
            throw BankError(.unavailable, "\(limit) calls already wait for the bank")
        }
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<T, BankError>, Never>) in
            let call = Call(continuation)
            // Not a child of the caller's task: it must go on when that is cancelled.
            let watch = Task.detached { [time, patience] in
                try await time.sleep(for: patience)
                call.answer(.failure(BankError(.unavailable, "the bank has not answered for \(patience)")))
            }
            lane.queue.async { [self] in
                defer { waiting.subtract(1, ordering: .relaxed) }
                guard call.isAwaited else { return }
                let result = Result { () throws(BankError) in try body() }
                watch.cancel()
                call.answer(result)
            }
        }
        return try result.get()
    }
}

/// One call's continuation, resumed by whoever comes first: the lane, or the watch.
private final class Call<T: Sendable>: Sendable {
    private let continuation: Locked<CheckedContinuation<Result<T, BankError>, Never>?>

    init(_ continuation: CheckedContinuation<Result<T, BankError>, Never>) {
        self.continuation = Locked(continuation)
    }

    var isAwaited: Bool { continuation.withLock { $0 != nil } }

    func answer(_ result: Result<T, BankError>) {
        continuation.withLock { $0.take() }?.resume(returning: result)
    }
}
