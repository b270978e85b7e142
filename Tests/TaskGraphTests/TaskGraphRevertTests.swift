import TaskGraph
import Testing

@Suite(.timeLimit(.minutes(5))) struct TaskGraphRevertTests {
    @Test func `what ran is reverted from the last to the first, with its outcome, and what never started is not`()
        async throws
    {
        let failing = try graph(5, [(0, 1), (1, 2), (2, 3)])
        let result = await TaskGraphRunner(width: 1).run(failing) { node in
            if node == 2 { throw Failure(node: node) }
        }
        var reverted: [String] = []
        let failures = await result.revert { node, outcome in reverted.append("\(node) \(word(outcome))") }
        #expect(reverted == ["2 failed(2 broke)", "1 succeeded", "4 succeeded", "0 succeeded"])
        #expect(failures.isEmpty)
    }

    @Test func `a revert that throws does not stop the others, and all errors come back`() async throws {
        let result = await TaskGraphRunner(width: 1).run(try chain(4)) { _ in }
        var reverted: [Int] = []
        let failures = await result.revert { node, _ in
            reverted.append(node)
            if node.isMultiple(of: 2) { throw Failure(node: node) }
        }
        #expect(reverted == [3, 2, 1, 0])
        #expect(failures.map(\.id) == [2, 0])
        #expect(failures.map { "\($0.error)" } == ["2 broke", "0 broke"])
    }

    @Test func `what was cancelled half-way is reverted, even though the caller is cancelled`() async throws {
        let probe = BodyProbe()
        let waiting = try graph(2)
        let run = Task {
            let result = await TaskGraphRunner(width: 1).run(waiting) { node in
                probe.begin(node)
                try await untilCancelled()
            }
            var reverted: [String] = []
            _ = await result.revert { node, outcome in reverted.append("\(node) \(word(outcome))") }
            return reverted
        }
        while probe.record.started.isEmpty { await Task.yield() }
        run.cancel()
        #expect(await run.value == ["0 cancelled"])
    }
}
