import HeapModule

/// Things to do at their times, earliest first; among equals the one that was added first.
///
/// A value: whoever owns it asks what is due and arms a clock for `earliest`. What is removed leaves at once, its mark in
/// the heap when its time has come or when such marks outnumber the living.
package struct TimerQueue<Payload> {
    package struct ID: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    private struct Entry: Comparable {
        let deadline: ContinuousClock.Instant
        let number: UInt64

        static func < (left: Entry, right: Entry) -> Bool {
            (left.deadline, left.number) < (right.deadline, right.number)
        }
    }

    private var heap = Heap<Entry>()
    private var payloads: [UInt64: Payload] = [:]
    private var lastNumber: UInt64 = 0

    package init() {}

    package var count: Int { payloads.count }

    package mutating func add(at deadline: ContinuousClock.Instant, _ payload: Payload) -> ID {
        lastNumber += 1
        heap.insert(Entry(deadline: deadline, number: lastNumber))
        payloads[lastNumber] = payload
        return ID(number: lastNumber)
    }

    @discardableResult
    package mutating func remove(_ id: ID) -> Payload? {
        guard let payload = payloads.removeValue(forKey: id.number) else { return nil }
        if heap.count > 64, heap.count > 2 * payloads.count {
            heap = Heap(heap.unordered.filter { payloads[$0.number] != nil })
        }
        return payload
    }

    package mutating func earliest() -> ContinuousClock.Instant? {
        while let first = heap.min {
            if payloads[first.number] != nil { return first.deadline }
            heap.removeMin()
        }
        return nil
    }

    /// Takes out the next payload whose time has come by `now`.
    package mutating func next(dueBy now: ContinuousClock.Instant) -> Payload? {
        while let first = heap.min, first.deadline <= now {
            heap.removeMin()
            if let payload = payloads.removeValue(forKey: first.number) { return payload }
        }
        return nil
    }
}
