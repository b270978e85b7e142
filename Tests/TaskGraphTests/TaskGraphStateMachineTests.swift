import TaskGraph
import TestSupport
import Testing

@Suite struct TaskGraphStateMachineTests {
    @Test func `every small graph does what the reference does, whatever fails and in whatever order it ends`() throws {
        for count in 0...4 {
            for edges in Self.graphs(count: count) {
                for failing in 0..<(1 << count) {
                    for width in 1...3 {
                        let run = LockstepRun(count: count, edges: edges, width: width)
                        try Self.tryAllOrders(run, failing: failing, cancelling: false)
                    }
                }
            }
        }
    }

    @Test func `every small graph does what the reference does when it is cancelled at any moment`() throws {
        for count in 0...3 {
            for edges in Self.graphs(count: count) {
                for failing in 0..<(1 << count) {
                    for width in 1...3 {
                        let run = LockstepRun(count: count, edges: edges, width: width)
                        try Self.tryAllOrders(run, failing: failing, cancelling: true)
                    }
                }
            }
        }
    }

    @Test(arguments: 0..<150 as Range<UInt64>)
    func `a large random graph does what the reference does`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 5...24, using: &random)
        // The nodes are numbered at random, so that an edge may lead to an older node; some edges are there twice.
        let order = (0..<count).shuffled(using: &random)
        let density = Double.random(in: 0...0.5, using: &random)
        var edges: [(from: Int, to: Int)] = []
        for to in 0..<count {
            for from in 0..<to where Double.random(in: 0..<1, using: &random) < density {
                let copies = Int.random(in: 0..<10, using: &random) == 0 ? 2 : 1
                edges += repeatElement((from: order[from], to: order[to]), count: copies)
            }
        }
        edges.shuffle(using: &random)
        var run = LockstepRun(count: count, edges: edges, width: Int.random(in: 1...6, using: &random))
        let failures = [0.0, 0.05, 0.3][Int.random(in: 0..<3, using: &random)]
        try run.takeAll()
        while let node = run.running.randomElement(using: &random) {
            if Int.random(in: 0..<60, using: &random) == 0 { try run.cancel() }
            let isFailing = Double.random(in: 0..<1, using: &random) < failures
            let isCancelled = Int.random(in: 0..<100, using: &random) == 0
            try run.finish(node, isFailing ? .failed : isCancelled ? .cancelled : .succeeded)
            // Not always at once: several may have ended before the next is taken.
            if Bool.random(using: &random) || run.running.isEmpty { try run.takeAll() }
        }
        try run.checkEnd()
    }

    @Test func `a chain of 100,000 runs to its end, and a failure at its head skips all the rest`() {
        let topology = TaskGraphTopology(count: 100_000, edges: (1..<100_000).map { .init(from: $0 - 1, to: $0) })
        var succeeding = TaskGraphStateMachine(topology: topology, width: 8)
        while let node = succeeding.takeNext() { succeeding.finished(node, .succeeded) }
        #expect(succeeding.isComplete)
        #expect(succeeding.finishOrder == Array(0..<100_000))

        var failing = TaskGraphStateMachine(topology: topology, width: 8)
        if let head = failing.takeNext() { failing.finished(head, .failed) }
        #expect(failing.isComplete)
        #expect(failing.cause(of: 99_999) == 0)
    }

    @Test func `100,000 independent nodes start in their order and never more than the width at once`() {
        let topology = TaskGraphTopology(count: 100_000, edges: [])
        var machine = TaskGraphStateMachine(topology: topology, width: 3)
        var running: [Int] = []
        var started: [Int] = []
        repeat {
            while let node = machine.takeNext() {
                running.append(node)
                started.append(node)
            }
            guard running.count <= 3, !running.isEmpty else { break }
            machine.finished(running.removeFirst(), .succeeded)
        } while !machine.isComplete
        #expect(started == Array(0..<100_000))
        #expect(machine.isComplete)
    }

    /// 2 to the 200th ways lead from top to bottom: whoever walks ways instead of edges does not come back.
    @Test func `a ladder in which each layer depends on all of the one above is not walked once a way`() {
        let layers = 200
        let perLayer = 50
        var edges: [TaskGraphTopology.Edge] = []
        for layer in 1..<layers {
            for from in 0..<perLayer {
                for to in 0..<perLayer {
                    edges.append(.init(from: (layer - 1) * perLayer + from, to: layer * perLayer + to))
                }
            }
        }
        let topology = TaskGraphTopology(count: layers * perLayer, edges: edges)
        #expect(topology.cycle() == nil)

        var succeeding = TaskGraphStateMachine(topology: topology, width: .max)
        while let node = succeeding.takeNext() { succeeding.finished(node, .succeeded) }
        #expect(succeeding.isComplete)

        var failing = TaskGraphStateMachine(topology: topology, width: perLayer)
        while let node = failing.takeNext() { failing.finished(node, .failed) }
        #expect(failing.isComplete)
        #expect(failing.finishOrder.count == perLayer)
        #expect(failing.cause(of: layers * perLayer - 1) == 0)
    }

    @Test func `a width below one counts as one`() {
        var machine = TaskGraphStateMachine(topology: TaskGraphTopology(count: 2, edges: []), width: 0)
        #expect(machine.takeNext() == 0)
        #expect(machine.takeNext() == nil)
    }

    /// All graphs over `count` nodes whose edges lead from smaller to greater numbers, and the same with the numbers turned
    /// round: so the order of the nodes and that of the edges are not always the same.
    private static func graphs(count: Int) -> [[(from: Int, to: Int)]] {
        let pairs = (0..<count).flatMap { to in (0..<to).map { (from: $0, to: to) } }
        return (0..<(1 << pairs.count)).flatMap { bits in
            let edges = pairs.indices.filter { bits & 1 << $0 != 0 }.map { pairs[$0] }
            return [edges, edges.map { (from: count - 1 - $0.from, to: count - 1 - $0.to) }]
        }
    }

    private static func tryAllOrders(_ run: LockstepRun, failing: Int, cancelling: Bool) throws {
        var run = run
        if cancelling {
            var cancelled = run
            try cancelled.cancel()
            try tryAllOrders(cancelled, failing: failing, cancelling: false)
        }
        try run.takeAll()
        if cancelling {
            var cancelled = run
            try cancelled.cancel()
            try tryAllOrders(cancelled, failing: failing, cancelling: false)
        }
        guard !run.running.isEmpty else { return try run.checkEnd() }
        for node in run.running {
            var next = run
            try next.finish(node, failing & 1 << node != 0 ? .failed : .succeeded)
            try tryAllOrders(next, failing: failing, cancelling: cancelling)
        }
    }
}
