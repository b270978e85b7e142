import Dispatch
import Loop
import TaskGraph
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct TaskGraphRunnerTests {
    @Test(arguments: 0..<40 as Range<UInt64>)
    func `each body starts when all before it have ended, within the width, and exactly once`(seed: UInt64) async throws
    {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...60, using: &random)
        let width = Int.random(in: 1...5, using: &random)
        var edges: [(Int, Int)] = []
        for to in 1..<max(count, 2) where count > 1 {
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                edges.append((Int.random(in: 0..<to, using: &random), to))
            }
        }
        let pauses = (0..<count).map { _ in Int.random(in: 0...3, using: &random) }
        let predecessors = Dictionary(grouping: edges, by: \.1).mapValues { $0.map(\.0) }
        let probe = BodyProbe()

        let result = await TaskGraphRunner(width: width).run(try graph(count, edges)) { node in
            let ended = Set(probe.record.ended)
            #expect(predecessors[node, default: []].allSatisfy(ended.contains), "\(node) came too early")
            probe.begin(node)
            for _ in 0..<pauses[node] { await Task.yield() }
            probe.end(node)
        }

        #expect(result.isSuccess)
        #expect(result.failures.isEmpty)
        #expect(probe.record.started.sorted() == Array(0..<count))
        #expect(probe.record.mostRunning <= width)
        #expect(probe.record.ended.sorted() == Array(0..<count))
    }

    @Test func `as many bodies run at once as the width allows`() async throws {
        let probe = BodyProbe()
        // Nobody ends before four are there: a narrower run would fail here.
        let result = await TaskGraphRunner(width: 4).run(try graph(40)) { node in
            probe.begin(node)
            try await eventually { probe.record.started.count >= 4 }
            probe.end(node)
        }
        #expect(result.isSuccess)
        #expect(probe.record.mostRunning == 4)
    }

    @Test func `what one node sets free is run by as many workers as there is room for`() async throws {
        let probe = BodyProbe()
        let star = try graph(9, (1..<9).map { (0, $0) })
        let result = await TaskGraphRunner(width: 8).run(star) { node in
            probe.begin(node)
            if node > 0 { try await eventually { probe.record.started.count >= 9 } }
            probe.end(node)
        }
        #expect(result.isSuccess)
        #expect(probe.record.mostRunning == 8)
    }

    @Test func `with width one the order is that of the queue`() async throws {
        let probe = BodyProbe()
        let edges = [(3, 0), (3, 4), (1, 4), (0, 2)]
        _ = await TaskGraphRunner(width: 1).run(try graph(6, edges)) { node in
            probe.begin(node)
            await Task.yield()
            probe.end(node)
        }
        #expect(probe.record.started == [1, 3, 5, 0, 4, 2])
    }

    @Test func `a failure skips what depends on it, names itself as the reason, and leaves the others alone`()
        async throws
    {
        // 0 -> 1 -> 2 fails at 1; 3 -> 4 is slower and has nothing to do with it; 5 waits for both.
        let failing = try graph(6, [(0, 1), (1, 2), (3, 4), (2, 5), (4, 5)])
        let result = await TaskGraphRunner(width: 2).run(failing) { node in
            if node == 1 { throw Failure(node: node) }
            for _ in 0..<20 where node > 2 { await Task.yield() }
        }
        #expect(
            words(result) == ["succeeded", "failed(1 broke)", "skipped(1)", "succeeded", "succeeded", "skipped(1)"])
        #expect(result.failures.map(\.id) == [1])
        #expect(!result.isSuccess)
        #expect(result[6] == nil)
    }

    @Test func `cancelling the caller cancels what runs, waits for it, and starts nothing more`() async throws {
        let probe = BodyProbe()
        let waiting = try graph(6, [(0, 4), (3, 5)])
        let run = Task {
            await TaskGraphRunner(width: 3).run(waiting) { node in
                probe.begin(node)
                defer { probe.end(node) }
                if node == 0 { return }
                try? await untilCancelled()
                // Whoever does not await the bodies finds these still running.
                for _ in 0..<20 { await Task.yield() }
                if node == 1 { throw Failure(node: node) }
                if node == 2 { return }
                try Task.checkCancellation()
            }
        }
        // 0 makes room for 3, and 4 has to queue behind it.
        try await eventually { probe.record.started.count >= 4 }
        run.cancel()
        let result = await run.value
        #expect(probe.record.running == 0)
        #expect(Set(probe.record.started) == [0, 1, 2, 3])
        #expect(
            words(result) == ["succeeded", "failed(1 broke)", "succeeded", "cancelled", "cancelled", "cancelled"])
    }

    @Test func `a body that succeeds although it was cancelled is followed by nothing`() async throws {
        let probe = BodyProbe()
        let waiting = try chain(3)
        let run = Task {
            await TaskGraphRunner(width: 1).run(waiting) { node in
                probe.begin(node)
                try? await untilCancelled()
            }
        }
        try await eventually { !probe.record.started.isEmpty }
        run.cancel()
        #expect(words(await run.value) == ["succeeded", "cancelled", "cancelled"])
        #expect(probe.record.started == [0])
    }

    @Test func `a caller that is cancelled already starts nothing`() async throws {
        let wide = try graph(3)
        let run = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await TaskGraphRunner(width: 3).run(wide) { _ in Issue.record("started") }
        }
        let result = await run.value
        #expect(words(result) == ["cancelled", "cancelled", "cancelled"])
    }

    @Test func `a body that throws CancellationError by itself has failed`() async throws {
        let result = await TaskGraphRunner(width: 1).run(try chain(2)) { _ in throw CancellationError() }
        #expect(words(result) == ["failed(CancellationError())", "skipped(0)"])
    }

    @Test func `bodies run on the caller's preferred executor, also after they were suspended`() async throws {
        let executor = DispatchExecutor(label: "graph")
        let mark = DispatchSpecificKey<Bool>()
        executor.queue.setSpecific(key: mark, value: true)
        let strays = Locked(0)
        let wide = try graph(300, (1..<20).map { (0, $0) })
        await withTaskExecutorPreference(executor.tasks) {
            _ = await TaskGraphRunner(width: 8).run(wide) { node in
                if DispatchQueue.getSpecific(key: mark) == nil { strays.withLock { $0 += 1 } }
                await Task.yield()
                if DispatchQueue.getSpecific(key: mark) == nil { strays.withLock { $0 += 1 } }
                if node == 7 { throw Failure(node: node) }
            }
        }
        #expect(strays.withLock { $0 } == 0)
    }

    /// Everything on such an executor shares one thread, so bodies that never suspend must not keep it.
    @Test func `a run of bodies that never suspend lets others on its executor in between`() async throws {
        let other = BodyProbe()
        let wide = try graph(10_000)
        await withTaskExecutorPreference(SerialTaskExecutor()) {
            async let _: Void = {
                while !Task.isCancelled {
                    other.begin(0)
                    await Task.yield()
                }
            }()
            _ = await TaskGraphRunner(width: 1).run(wide) { _ in }
        }
        #expect(other.record.started.count >= 100)
    }

    @Test func `an empty graph ends at once`() async throws {
        let result = await TaskGraphRunner(width: 4).run(try graph(0)) { _ in Issue.record("started") }
        #expect(result.isSuccess)
    }

    @Test func `a chain of 100,000 tasks and 100,000 tasks beside each other run to their end`() async throws {
        for deepOrWide in [try chain(100_000), try graph(100_000)] {
            let result = await TaskGraphRunner(width: 64).run(deepOrWide) { _ in }
            #expect(result.isSuccess)
        }
    }
}

/// One queue for tasks alone. On the loop's executor, which serves actors too, a call may change queues and so give way;
/// on this one a body that does not suspend keeps the thread.
private final class SerialTaskExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "tasks")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
