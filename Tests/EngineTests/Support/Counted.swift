import Loop

/// Counts, from any task.
final class Counted: Sendable {
    private let state = Locked(0)

    var count: Int { state.withLock { $0 } }

    /// The count after this one.
    @discardableResult
    func more() -> Int {
        state.withLock { count in
            count += 1
            return count
        }
    }
}
