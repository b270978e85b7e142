import Loop
import TestSupport
import Testing

@Suite struct TimerQueueTests {
    private let start = ContinuousClock.now

    @Test func `what is due comes out earliest first, equals in the order of adding`() {
        var queue = TimerQueue()
        for (id, second) in [(30, 3), (10, 1), (20, 2), (11, 1)] as [(UInt64, Int)] {
            queue.add(id, at: start + .seconds(second))
        }
        #expect(queue.earliest() == start + .seconds(1))
        #expect(queue.next(dueBy: start) == nil)
        var due: [UInt64] = []
        while let next = queue.next(dueBy: start + .seconds(2)) { due.append(next) }
        #expect(due == [10, 11, 20])
        #expect(queue.earliest() == start + .seconds(3) && queue.count == 1)
    }

    @Test func `what is removed never comes out, and is removed once`() {
        var queue = TimerQueue()
        queue.add(1, at: start + .seconds(1))
        queue.add(2, at: start + .seconds(2))
        #expect(queue.remove(1) == true)
        #expect(queue.remove(1) == false)
        #expect(queue.earliest() == start + .seconds(2))
        #expect(queue.next(dueBy: start + .seconds(9)) == 2)
        #expect(queue.next(dueBy: start + .seconds(9)) == nil && queue.earliest() == nil)
    }

    @Test func `what is added again is moved`() {
        var queue = TimerQueue()
        queue.add(1, at: start + .seconds(1))
        queue.add(2, at: start + .seconds(2))
        queue.add(1, at: start + .seconds(3))
        #expect(queue.count == 2)
        #expect(queue.next(dueBy: start + .seconds(1)) == nil)
        #expect(queue.next(dueBy: start + .seconds(9)) == 2)
        #expect(queue.next(dueBy: start + .seconds(9)) == 1)
        #expect(queue.next(dueBy: start + .seconds(9)) == nil)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `at random it agrees with a sorted list`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = TimerQueue()
        var reference: [(second: Int, order: Int, id: UInt64)] = []
        for order in 0..<2000 {
            let id = UInt64.random(in: 0..<300, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let second = Int.random(in: 0..<100, using: &random)
                reference.removeAll { $0.id == id }
                reference.append((second, order, id))
                queue.add(id, at: start + .seconds(second))
            case 5..<9:
                let wasThere = reference.contains { $0.id == id }
                #expect(queue.remove(id) == wasThere, "seed \(seed)")
                reference.removeAll { $0.id == id }
            default:
                let now = Int.random(in: 0..<100, using: &random)
                let expected = reference.filter { $0.second <= now }.min {
                    ($0.second, $0.order) < ($1.second, $1.order)
                }
                let found = queue.next(dueBy: start + .seconds(now))
                #expect(found == expected?.id, "seed \(seed)")
                reference.removeAll { $0.id == found }
            }
            #expect(queue.count == reference.count, "seed \(seed)")
            let earliest = reference.map(\.second).min().map { start + .seconds($0) }
            #expect(queue.earliest() == earliest, "seed \(seed)")
        }
    }
}
