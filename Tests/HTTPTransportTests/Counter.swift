import Synchronization

final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .relaxed) }

    /// Counts one more, and returns how many there are now.
    func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}
