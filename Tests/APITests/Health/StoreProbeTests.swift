import Loop
import TestSupport
import Testing

@testable import API

@Suite struct StoreProbeTests {
    private struct Broken: Error {}

    @Test func `a store that answers is well, one that fails is not`() async {
        let well = StoreProbe(limit: .seconds(2), time: ManualTime()) {}
        #expect(await well.answers())
        #expect(await well.answers())
        let broken = StoreProbe(limit: .seconds(2), time: ManualTime()) { throw Broken() }
        #expect(await !broken.answers())
    }

    @Test(.timeLimit(.minutes(1))) func `a store that hangs is waited for once, and asked once`() async {
        let time = ManualTime()
        let reads = Locked(0)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let probe = StoreProbe(limit: .seconds(2), time: time) {
            reads.withLock { $0 += 1 }
            for await _ in gate { break }
        }
        async let first = probe.answers()
        await time.waitForSleepers()
        time.advance(by: .seconds(2))
        #expect(await !first)
        for _ in 0..<3 { #expect(await !probe.answers(), "at once") }
        #expect(reads.withLock { $0 } == 1)

        open.finish()
        for _ in 0..<1000 where await !probe.answers() { await Task.yield() }
        #expect(await probe.answers())
        #expect(reads.withLock { $0 } > 1)
    }
}
