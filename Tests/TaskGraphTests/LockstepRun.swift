import TaskGraph

/// Drives the state machine and the reference side by side, and says where they differ.
struct LockstepRun {
    struct Mismatch: Error, CustomStringConvertible {
        var description: String
    }

    private(set) var machine: TaskGraphStateMachine
    private(set) var reference: ReferenceRun
    private var log: [String] = []

    init(count: Int, edges: [(from: Int, to: Int)], width: Int) {
        let topology = TaskGraphTopology(count: count, edges: edges.map { .init(from: $0.from, to: $0.to) })
        machine = TaskGraphStateMachine(topology: topology, width: width)
        reference = ReferenceRun(count: count, edges: edges, width: width)
        log = ["\(count) nodes \(edges) width \(width)"]
    }

    var running: [Int] { reference.running }

    mutating func takeAll() throws(Mismatch) {
        while true {
            let startable = machine.startable
            let expected = reference.takeNext()
            let taken = machine.takeNext()
            log.append("take \(taken.map(String.init) ?? "none")")
            guard taken == expected else { throw mismatch("must take \(expected.map(String.init) ?? "none")") }
            guard (startable > 0) == (taken != nil) else { throw mismatch("startable was \(startable)") }
            try compare()
            if taken == nil { return }
        }
    }

    mutating func finish(_ node: Int, _ ending: TaskGraphStateMachine.Ending) throws(Mismatch) {
        log.append("\(node) \(ending)")
        machine.finished(node, ending)
        reference.happened(.finished(node, ending))
        try compare()
    }

    mutating func cancel() throws(Mismatch) {
        log.append("cancel")
        machine.cancel()
        reference.happened(.cancelled)
        try compare()
    }

    /// What must hold when nothing runs any more.
    func checkEnd() throws(Mismatch) {
        guard machine.isComplete else { throw mismatch("nothing runs, and yet not every node has ended") }
    }

    private func compare() throws(Mismatch) {
        for node in 0..<reference.count {
            let expected = reference.state(of: node)
            guard machine.state(of: node) == expected.state, machine.cause(of: node) == expected.cause else {
                throw mismatch(
                    "node \(node) is \(machine.state(of: node)) because of \(machine.cause(of: node) ?? -1),"
                        + " must be \(expected.state) because of \(expected.cause ?? -1)")
            }
        }
        guard reference.running.count <= reference.width else { throw mismatch("wider than allowed") }
    }

    private func mismatch(_ what: String) -> Mismatch {
        Mismatch(description: (log + [what]).joined(separator: "; "))
    }
}
