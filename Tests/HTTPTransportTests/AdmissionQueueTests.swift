import TestSupport
import Testing

@testable import HTTPTransport

@Suite struct AdmissionQueueTests {
    @Test func `as many as the limit go at once, the others in their order`() {
        var queue = AdmissionQueue<Int>(hostLimit: 2, waitingLimit: 10)
        #expect((0..<5).map { queue.enter($0, origin: "a") } == [.go, .go, .wait, .wait, .wait])
        #expect(queue.enter(9, origin: "b") == .go, "another origin has its own limit")
        #expect(queue.leave(origin: "a") == 2)
        #expect(queue.leave(origin: "a") == 3)
        #expect(queue.leave(origin: "a") == 4)
        #expect(queue.leave(origin: "a") == nil)
        #expect(queue.enter(5, origin: "a") == .go)
        #expect(queue.enter(6, origin: "a") == .wait)
    }

    @Test func `who has given up is passed over`() {
        var queue = AdmissionQueue<Int>(hostLimit: 1, waitingLimit: 10)
        for id in 0..<4 { _ = queue.enter(id, origin: "a") }
        queue.abandon(1, origin: "a")
        queue.abandon(2, origin: "a")
        queue.abandon(77, origin: "a")
        #expect(queue.leave(origin: "a") == 3)
        #expect(queue.leave(origin: "a") == nil)
        #expect(queue.enter(4, origin: "a") == .go)
    }

    @Test func `those who have given up are forgotten, however long another line is`() {
        var queue = AdmissionQueue<Int>(hostLimit: 1, waitingLimit: 10_000)
        for id in 0..<5000 { _ = queue.enter(id, origin: "long") }
        _ = queue.enter(5000, origin: "stuck")
        for id in 5001..<9000 {
            #expect(queue.enter(id, origin: "stuck") == .wait)
            queue.abandon(id, origin: "stuck")
        }
        #expect((queue.lines["stuck"]?.queue.count ?? 0) <= 64)
        #expect(queue.lines["long"]?.queue.count == 4999)
    }

    @Test func `more than the waiting limit are refused, over all origins; giving up makes room`() {
        var queue = AdmissionQueue<Int>(hostLimit: 1, waitingLimit: 2)
        #expect(queue.enter(0, origin: "a") == .go && queue.enter(1, origin: "b") == .go)
        #expect(queue.enter(2, origin: "a") == .wait && queue.enter(3, origin: "b") == .wait)
        #expect(queue.enter(4, origin: "a") == .full)
        queue.abandon(3, origin: "b")
        #expect(queue.enter(5, origin: "a") == .wait)
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func `at random it keeps its limits and its order, and forgets nobody`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limit = Int.random(in: 1...3, using: &random)
        var queue = AdmissionQueue<Int>(hostLimit: limit, waitingLimit: 200)
        var active = ["a": 0, "b": 0]
        var lines: [String: [Int]] = ["a": [], "b": []]
        for id in 0..<3000 {
            let origin = ["a", "b"].randomElement(using: &random)!
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                switch queue.enter(id, origin: origin) {
                case .go: active[origin]! += 1
                case .wait: lines[origin]!.append(id)
                case .full: #expect(lines.values.map(\.count).reduce(0, +) == 200, "seed \(seed)")
                }
            case 5..<8 where active[origin]! > 0:
                let next = queue.leave(origin: origin)
                #expect(next == (lines[origin]!.isEmpty ? nil : lines[origin]!.removeFirst()), "seed \(seed)")
                if next == nil { active[origin]! -= 1 }
            case 8...:
                guard let index = lines[origin]!.indices.randomElement(using: &random) else { continue }
                queue.abandon(lines[origin]!.remove(at: index), origin: origin)
            default: break
            }
            #expect(active[origin]! <= limit, "seed \(seed)")
            if active[origin]! < limit { #expect(lines[origin]!.isEmpty, "seed \(seed)") }
        }
    }
}
