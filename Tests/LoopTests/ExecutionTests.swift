import Loop
import Testing

private final class Order: Sendable {
    private let state = Locked<[Int]>([])

    var numbers: [Int] { state.withLock { $0 } }

    func add(_ number: Int) {
        state.withLock { $0.append(number) }
    }
}

@Suite struct ExecutionTests {
    @Test func `what it runs, and their children, stay on it`() async throws {
        let loop = Loop(label: "test")
        @Sendable func isOnLoop() async -> Bool { loop.executor.isCurrent }
        #expect(await !isOnLoop())
        let (inside, child, after) = await loop.run { () async in
            async let child = isOnLoop()
            let inside = await isOnLoop()
            try? await loop.sleep(for: .milliseconds(1))
            return (inside, await child, await isOnLoop())
        }
        #expect(inside && child && after)
        let spawned = try await loop.spawn { await isOnLoop() }.value
        #expect(spawned)
    }

    @Test func `sleepers all wake, and none before its deadline`() async throws {
        let loop = Loop(label: "test")
        let start = loop.now()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in [30, 10, 20, 0, -5] {
                group.addTask {
                    let deadline = start + .milliseconds(number)
                    try await loop.sleep(until: deadline)
                    #expect(loop.now() >= deadline)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a cancelled sleeper leaves at once, before and after it has fallen asleep`() async {
        let loop = Loop(label: "test")
        for yields in [0, 1, 50] {
            let sleeper = loop.spawn { try await loop.sleep(for: .seconds(3600)) }
            for _ in 0..<yields { await loop.run { () async in await Task.yield() } }
            sleeper.cancel()
            await #expect(throws: CancellationError.self) { try await sleeper.value }
        }
    }

    @Test func `a thousand sleepers that are cancelled in a race all end once`() async {
        let loop = Loop(label: "test")
        let ended = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<1000 {
                group.addTask {
                    // Those that are cancelled would sleep for an hour.
                    let isCancelled = number.isMultiple(of: 2)
                    let sleeper = Task {
                        try await loop.sleep(for: isCancelled ? .seconds(3600) : .milliseconds(number % 7))
                    }
                    if isCancelled {
                        for _ in 0..<number % 13 { await Task.yield() }
                        sleeper.cancel()
                    }
                    return ((try? await sleeper.value) == nil) == isCancelled
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(ended == 1000, "each as it should")
    }

    @Test func `a lane runs its calls one after another in their order, and gives back what they throw`() async throws {
        struct Failure: Error {}
        let loop = Loop(label: "test")
        let lane = BlockingLane(label: "lane")
        let order = Order()
        await loop.run { () async in
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<100 { group.addTask { _ = try? await lane.run { order.add(number) } } }
            }
        }
        #expect(order.numbers == Array(0..<100))
        #expect(try await lane.run { 5 } == 5)
        await #expect(throws: Failure.self) { try await lane.run { throw Failure() } }
    }
}
