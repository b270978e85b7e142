import Loop
import Testing

@Suite struct WaitersTests {
    @Test func `an outcome is told to whoever waits, once, and is kept for whoever waits later`() async {
        var waiters = Waiters<Int>()
        let (first, second) = (waiters.draw(), waiters.draw())
        #expect(first != second && waiters.count == 2)
        let told = await withCheckedContinuation { continuation in
            #expect(waiters.wait(first, continuation) == nil)
            waiters.settle(first, 1)?.resume(returning: 1)
            #expect(waiters.settle(first, 2) == nil, "handed out already")
        }
        #expect(told == 1)
        #expect(waiters.settle(second, 3) == nil, "it does not wait yet")
        #expect(waiters.settle(second, 4) == nil)
        let early = await withCheckedContinuation { continuation in
            let outcome = waiters.wait(second, continuation)
            continuation.resume(returning: outcome ?? 0)
        }
        #expect(early == 3, "the first outcome counts")
        waiters.remove(first)
        waiters.remove(second)
        #expect(waiters.count == 0)
    }

    @Test func `all who have no outcome yet get one at a time, whether they wait or not`() async {
        var waiters = Waiters<Int>()
        let (settled, joining, waiting) = (waiters.draw(), waiters.draw(), waiters.draw())
        #expect(waiters.settle(settled, 1) == nil)
        let told = await withCheckedContinuation { continuation in
            #expect(waiters.wait(waiting, continuation) == nil)
            let handedOut = waiters.settleAll(2)
            #expect(handedOut.count == 1)
            for waiter in handedOut { waiter.resume(returning: 2) }
        }
        #expect(told == 2)
        for (ticket, outcome) in [(settled, 1), (joining, 2)] {
            let early = await withCheckedContinuation { continuation in
                let early = waiters.wait(ticket, continuation)
                continuation.resume(returning: early ?? 0)
            }
            #expect(early == outcome)
        }
        #expect(waiters.settleAll(3).isEmpty)
    }

    @Test func `one that is gone is told nothing`() {
        var waiters = Waiters<Int>()
        let ticket = waiters.draw()
        waiters.remove(ticket)
        #expect(waiters.settle(ticket, 1) == nil && waiters.settleAll(1).isEmpty)
    }
}
