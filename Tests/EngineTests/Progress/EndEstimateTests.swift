import Testing

@testable import Engine

@Suite struct EndEstimateTests {
    private let began = ContinuousClock.now

    private func end(_ done: Double, of total: Double, after seconds: Double) -> Duration? {
        EndEstimate.end(began: began, done: done, total: total, at: began + .seconds(seconds)).map { $0 - began }
    }

    @Test func `the rest takes as long as what is done, for as much`() {
        #expect(end(25, of: 100, after: 60) == .seconds(240))
        #expect(end(50, of: 100, after: 99) == .seconds(198))
    }

    @Test func `too little, or nothing left, tells nothing`() {
        #expect(end(50, of: 100, after: 9.9) == nil)
        #expect(end(0, of: 100, after: 3600) == nil)
        #expect(end(0.9, of: 100, after: 3600) == nil)
        #expect(end(1, of: 100, after: 3600) != nil)
        #expect(end(100, of: 100, after: 3600) == nil)
        #expect(end(0, of: 0, after: 3600) == nil)
        #expect(end(-1, of: 100, after: 3600) == nil)
    }

    @Test func `it stays until there is news, or until it has not come true`() throws {
        var estimate = EndEstimate(began: began)
        func at(_ seconds: Double, _ done: Double) -> Duration? {
            estimate.update(done: done, total: 100, at: began + .seconds(seconds))
            return estimate.end.map { $0 - began }
        }
        #expect(at(5, 50) == nil)
        #expect(at(20, 50) == .seconds(40))
        #expect(at(30, 50) == .seconds(40))
        #expect(at(40, 50) == .seconds(40))
        #expect(estimate.isOverdue(at: began + .seconds(41)))
        #expect(at(41, 50) == .seconds(82))
        #expect(!estimate.isOverdue(at: began + .seconds(42)))
        #expect(at(60, 75) == .seconds(80))
        #expect(at(70, 100) == nil)
    }

    @Test func `it is never in the past, however slow the work becomes, and changes seldom`() {
        var estimate = EndEstimate(began: began)
        var seen: Set<Duration> = []
        for second in 0..<20_000 {
            let now = began + .seconds(second)
            estimate.update(done: second < 100 ? Double(second) : 100, total: 200, at: now)
            guard let end = estimate.end else { continue }
            #expect(end >= now)
            if second >= 100 { seen.insert(end - began) }
        }
        #expect(seen.count < 10, "\(seen.sorted())")
    }
}
