import Protection
import TestSupport
import Testing

@testable import Engine

@Suite struct LeaseStateMachineTests {
    private let start = ContinuousClock.now
    private let windows = LeaseWindows.standard

    private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test func `it is valid from a write on until no more than the validity window is left`() {
        var machine = LeaseStateMachine(windows)
        #expect(machine.term(at: start) == nil)
        #expect(machine.due == nil)
        machine.writeBegan(at: start)
        #expect(machine.term(at: start) == nil)
        machine.written(at: at(3))
        #expect(machine.term(at: at(3)) == 1)
        #expect(machine.due == at(120))
        #expect(machine.term(at: at(499)) == 1)
        #expect(machine.term(at: at(500)) == nil)
    }

    @Test func `a renewal in time goes on with the term, a late one begins another`() {
        var machine = LeaseStateMachine(windows)
        for (began, ended, term) in [(0, 1, 1), (400, 450, 1), (890, 901, 2), (5000, 5600, nil)] as [(Int, Int, Int?)] {
            machine.writeBegan(at: at(began))
            machine.written(at: at(ended))
            #expect(machine.term(at: at(ended)) == term, "written from \(began) to \(ended)")
        }
    }

    @Test func `a failed renewal changes nothing, and is tried again sooner than the next would come`() {
        var machine = LeaseStateMachine(windows)
        machine.writeBegan(at: start)
        machine.written(at: start)
        machine.writeBegan(at: at(120))
        machine.writeFailed(at: at(180))
        #expect(machine.term(at: at(499)) == 1)
        #expect(machine.term(at: at(500)) == nil)
        #expect(machine.due == at(210))
        machine.writeBegan(at: at(600))
        machine.writeFailed(at: at(660))
        #expect(machine.due == at(780))
    }

    @Test func `windows that leave little time are renewed in half of it`() {
        let windows = LeaseWindows(expire: .seconds(120), renew: .seconds(100), validity: .seconds(100))
        #expect(windows.renewal == .seconds(10))
        #expect(LeaseWindows.standard.renewal == .seconds(120))
    }

    /// Against what others see: the lease in the bank, as slow and failing writes leave it there.
    @Test(arguments: 1...200) func `while it is valid, others hold it to be good for longer than the validity window`(
        seed: UInt64
    ) {
        var random = SeededGenerator(seed: seed)
        var machine = LeaseStateMachine(windows)
        var now = 0
        var goodUntil = 0
        var terms: [Int] = []
        var lapses = 0
        for _ in 0..<60 {
            let began = now
            machine.writeBegan(at: at(began))
            // Whatever the answer, it may have come there.
            let arrives = Int.random(in: 0...3, using: &random) > 0
            let answers = arrives && Bool.random(using: &random)
            let took = Int.random(in: 0...60, using: &random)
            for second in now...(now + took) where machine.term(at: at(second)) != nil {
                #expect(goodUntil - second > 100, "seed \(seed), second \(second)")
            }
            now += took
            if arrives { goodUntil = began + 600 }
            let wasValid = machine.term(at: at(now)) != nil
            if answers { machine.written(at: at(now)) } else { machine.writeFailed(at: at(now)) }
            if answers, !wasValid { lapses += 1 }
            if let term = machine.term(at: at(now)) { terms.append(term) }
            let pause = Int.random(in: 1...400, using: &random)
            for second in now...(now + pause) where machine.term(at: at(second)) != nil {
                #expect(goodUntil - second > 100, "seed \(seed), second \(second)")
            }
            now += pause
        }
        #expect(terms == terms.sorted() && terms.last == lapses, "seed \(seed)")
    }
}
