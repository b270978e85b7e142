import Loop
import Metrics
import Telemetry

/// What it costs to count one thing, and to time one.
struct MetricsBenchmark {
    let count: Int

    func run() {
        let registry = MetricRegistry([
            MetricDeclaration("things", .counter, "Things."),
            MetricDeclaration("things_seconds", .histogram([0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]), "Times."),
        ])
        let counter = Counter(label: "things", factory: registry)
        let timer = Timer(label: "things_seconds", factory: registry)
        let counting = nanoseconds { counter.increment() }
        let timing = nanoseconds { timer.record(duration: .milliseconds(30)) }
        print("counter_ns \(counting) timer_ns \(timing)")
    }

    private func nanoseconds(_ body: () -> Void) -> Double {
        for _ in 0..<1_000 { body() }
        let before = processorTime()
        for _ in 0..<count { body() }
        return (processorTime() - before) * 1_000 / Double(count)
    }
}
