import Loop
import TestSupport
import Testing

@Suite struct TimerQueueTests {
    private let start = ContinuousClock.now

    @Test func `what is due comes out earliest first, equals in the order of adding`() {
        var queue = TimerQueue<String>()
        for (text, second) in [("c", 3), ("a1", 1), ("b", 2), ("a2", 1)] {
            _ = queue.add(at: start + .seconds(second), text)
        }
        #expect(queue.earliest() == start + .seconds(1))
        #expect(queue.next(dueBy: start) == nil)
        var due: [String] = []
        while let next = queue.next(dueBy: start + .seconds(2)) { due.append(next) }
        #expect(due == ["a1", "a2", "b"])
        #expect(queue.earliest() == start + .seconds(3) && queue.count == 1)
    }

    @Test func `what is removed never comes out, and is removed once`() {
        var queue = TimerQueue<String>()
        let first = queue.add(at: start + .seconds(1), "first")
        _ = queue.add(at: start + .seconds(2), "second")
        #expect(queue.remove(first) == "first")
        #expect(queue.remove(first) == nil)
        #expect(queue.earliest() == start + .seconds(2))
        #expect(queue.next(dueBy: start + .seconds(9)) == "second")
        #expect(queue.next(dueBy: start + .seconds(9)) == nil && queue.earliest() == nil)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `at random it agrees with a sorted list`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = TimerQueue<Int>()
        var reference: [(second: Int, payload: Int, id: TimerQueue<Int>.ID)] = []
        for payload in 0..<2000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let second = Int.random(in: 0..<100, using: &random)
                reference.append((second, payload, queue.add(at: start + .seconds(second), payload)))
            case 5..<9:
                guard let index = reference.indices.randomElement(using: &random) else { continue }
                #expect(queue.remove(reference[index].id) == reference.remove(at: index).payload)
            default:
                let now = Int.random(in: 0..<100, using: &random)
                let expected = reference.filter { $0.second <= now }.min {
                    ($0.second, $0.payload) < ($1.second, $1.payload)
                }
                let found = queue.next(dueBy: start + .seconds(now))
                #expect(found == expected?.payload, "seed \(seed)")
                reference.removeAll { $0.payload == found }
            }
            #expect(queue.count == reference.count)
            #expect(queue.earliest() == reference.map(\.second).min().map { start + .seconds($0) })
        }
    }
}
