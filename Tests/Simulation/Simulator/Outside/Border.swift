import Loop

/// Where one life's calls leave the process: for services, bank, store and clock. When the life ends, nothing passes any more.
///
/// A call of a life that has ended is answered at once, as `dead`, so that the tasks of that life find their end and leave
/// nothing in memory. What it asked for is not done.
///
/// Touched by the thread alone that drains the queue of jobs.
final class Border: @unchecked Sendable {
    private struct Call {
        var end: () -> Void
    }

    private(set) var isClosed = false
    private var calls: [UInt64: Call] = [:]
    private var lastID: UInt64 = 0

    /// Ends the life: every call that waits, and each later one, gets its answer of the dead.
    func close() {
        isClosed = true
        for id in calls.keys.sorted() { calls.removeValue(forKey: id)?.end() }
    }

    var waiting: Int { calls.count }

    /// Makes a call; `begin` sees to it that `answer` is called, once or never.
    /// - Parameter cancelled: what a caller who is cancelled gets at once; nil for one who must wait all the same.
    func call<Outcome: Sendable>(
        dead: Outcome, cancelled: Outcome? = nil, begin: (_ answer: @escaping (Outcome) -> Void) -> Void
    ) async -> Outcome {
        if isClosed { return dead }
        lastID += 1
        let id = lastID
        // It is resumed by whoever takes the call out, on the one thread.
        nonisolated(unsafe) var ending: ((Outcome) -> Void)?
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let end = { (outcome: Outcome) in
                    guard self.calls.removeValue(forKey: id) != nil else { return }
                    continuation.resume(returning: outcome)
                }
                ending = end
                calls[id] = Call(end: { continuation.resume(returning: dead) })
                if Task.isCancelled, let cancelled { return end(cancelled) }
                begin(end)
            }
        } onCancel: {
            if let cancelled { ending?(cancelled) }
        }
    }
}
