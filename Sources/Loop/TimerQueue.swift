import HeapModule

/// Who is to be woken when, earliest first; at equal times in the order of adding.
///
/// A value: whoever owns it asks who is due, and sets an alarm for `earliest`. Those who are removed leave at once, their
/// marks in the heap when their time has come or when such marks outnumber the living.
package struct TimerQueue {
    private struct Entry: Comparable {
        let deadline: ContinuousClock.Instant
        let order: UInt64
        let id: UInt64

        static func < (left: Entry, right: Entry) -> Bool {
            (left.deadline, left.order) < (right.deadline, right.order)
        }
    }

    private var heap = Heap<Entry>()
    /// By id, the order of the entry that counts: one that was removed and added again has left another in the heap.
    private var living: [UInt64: UInt64] = [:]
    private var lastOrder: UInt64 = 0

    package init() {}

    package var count: Int { living.count }

    /// Adds `id`, or moves it to another time.
    package mutating func add(_ id: UInt64, at deadline: ContinuousClock.Instant) {
        lastOrder += 1
        heap.insert(Entry(deadline: deadline, order: lastOrder, id: id))
        living[id] = lastOrder
        sweep()
    }

    /// Returns whether it was there.
    @discardableResult
    package mutating func remove(_ id: UInt64) -> Bool {
        guard living.removeValue(forKey: id) != nil else { return false }
        sweep()
        return true
    }

    package mutating func earliest() -> ContinuousClock.Instant? {
        while let first = heap.min {
            if living[first.id] == first.order { return first.deadline }
            heap.removeMin()
        }
        return nil
    }

    /// Takes out the next one whose time has come by `now`.
    package mutating func next(dueBy now: ContinuousClock.Instant) -> UInt64? {
        while let first = heap.min, first.deadline <= now {
            heap.removeMin()
            guard living[first.id] == first.order else { continue }
            living[first.id] = nil
            return first.id
        }
        return nil
    }

    private mutating func sweep() {
        guard heap.count > 64, heap.count > 2 * living.count else { return }
        heap = Heap(heap.unordered.filter { living[$0.id] == $0.order })
    }
}
