import Protection
import TestSupport
import Testing

@testable import Engine

@Suite struct WorkTallyTests {
    private let a = ResourceKey(type: .volume, id: "a")
    private let b = ResourceKey(type: .volume, id: "b")

    @Test func `bytes are summed over the resources, and a resource that is done counts whole`() {
        var tally = WorkTally()
        tally.expect(resources: 2)
        tally.transferred(0, of: 100, by: a)
        tally.transferred(10, of: 50, by: b)
        #expect((tally.bytesDone, tally.bytesTotal) == (10, 150))
        tally.transferred(40, of: 50, by: b)
        tally.finish(a)
        #expect((tally.bytesDone, tally.bytesTotal) == (140, 150))
        #expect((tally.stepsDone, tally.stepsTotal) == (1, 2))
        tally.finish(a)
        tally.transferred(3, of: 7, by: a)
        #expect((tally.bytesDone, tally.bytesTotal) == (140, 150), "what is done says nothing more")
    }

    @Test func `a size is corrected, and no number from outside makes nonsense`() {
        var tally = WorkTally()
        tally.expect(resources: 2)
        tally.transferred(30, of: 100, by: a)
        tally.transferred(30, of: 20, by: a)
        #expect((tally.bytesDone, tally.bytesTotal) == (20, 20))
        tally.transferred(-5, of: -7, by: a)
        #expect((tally.bytesDone, tally.bytesTotal) == (0, 0))
        for key in [a, b] { tally.transferred(.max, of: .max, by: key) }
        #expect(tally.bytesDone == tally.bytesTotal && tally.bytesTotal > 0)
    }

    @Test func `work is measured in bytes when all that is left has told its size, else in resources`() {
        var tally = WorkTally()
        tally.expect(resources: 3)
        #expect(tally.amount == (0, 3, false))
        tally.transferred(5, of: 10, by: a)
        #expect(tally.amount == (0, 3, false))
        tally.transferred(0, of: 30, by: b)
        tally.finish(ResourceKey(type: .server, id: "without a size"))
        #expect(tally.amount == (5, 40, true))
        tally.transferred(0, of: 0, by: b)
        #expect(tally.amount == (1, 3, false))
        tally.finish(b)
        #expect(tally.amount == (5, 10, true))
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `the sums are what a slow sum says`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var tally = WorkTally()
        var told: [Int: (done: Int64, total: Int64)] = [:]
        var finished: Set<Int> = []
        tally.expect(resources: 10)
        for _ in 0..<200 {
            let number = Int.random(in: 0..<10, using: &random)
            let key = ResourceKey(type: .volume, id: "\(number)")
            if Int.random(in: 0..<15, using: &random) == 0 {
                tally.finish(key)
                finished.insert(number)
            } else {
                let (done, total) = (Int64.random(in: 0...9, using: &random), Int64.random(in: 0...9, using: &random))
                tally.transferred(done, of: total, by: key)
                if !finished.contains(number) { told[number] = (min(done, total), total) }
            }
            let total = told.values.reduce(0) { $0 + $1.total }
            let done = told.reduce(0) { $0 + (finished.contains($1.key) ? $1.value.total : $1.value.done) }
            #expect((tally.bytesDone, tally.bytesTotal) == (done, total), "seed \(seed)")
            let isSized = (0..<10).allSatisfy { finished.contains($0) || told[$0]?.total ?? 0 > 0 }
            #expect(tally.amount.isInBytes == (isSized && total > 0), "seed \(seed)")
        }
    }
}
