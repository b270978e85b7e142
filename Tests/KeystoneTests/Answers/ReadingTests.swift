import Loop
import Testing

@testable import Keystone

/// Where documents are read.
@Suite struct ReadingTests {
    @Test(arguments: [(100, true), (64 << 10, true), ((64 << 10) + 1, false)])
    func `a small document is read on the loop, and a large one holds nobody up`(size: Int, isOnLoop: Bool) async {
        let loop = Loop(label: "test")
        let wasOnLoop = await loop.run {
            await readDocument(ofSize: size) { loop.executor.isCurrent }
        }
        #expect(wasOnLoop == isOnLoop)
    }
}
