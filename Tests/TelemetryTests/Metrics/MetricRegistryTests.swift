import Metrics
import TestSupport
import Testing

@testable import Telemetry

/// Where handles come from, and what becomes of those that nobody declared.
@Suite struct MetricRegistryTests {
    private let registry = MetricRegistry(
        [
            MetricDeclaration("hits", .counter, labels: ["a"], "Hits."),
            MetricDeclaration("level", .gauge, "Level."),
            MetricDeclaration("time_seconds", .histogram([1]), "Times."),
        ], seriesLimit: 3)

    private func hits(_ a: String) -> Counter {
        Counter(label: "hits", dimensions: [("a", a)], factory: registry)
    }

    @Test func `the same name and labels are the same counter`() {
        hits("x").increment(by: 2)
        hits("x").increment()
        #expect(registry.samples["hits_total{a=\"x\"}"] == 3)
    }

    @Test func `a counter never goes down`() {
        let counter = hits("x")
        counter.increment(by: 5)
        counter.increment(by: -3)
        #expect(registry.samples["hits_total{a=\"x\"}"] == 5)
    }

    @Test func `what is not declared so counts for nobody`() {
        Counter(label: "other", factory: registry).increment()
        Counter(label: "level", factory: registry).increment()
        Counter(label: "hits", factory: registry).increment()
        Counter(label: "hits", dimensions: [("b", "x")], factory: registry).increment()
        Counter(label: "hits", dimensions: [("a", "x"), ("b", "y")], factory: registry).increment()
        Timer(label: "hits", dimensions: [("a", "x")], factory: registry).record(.seconds(1))
        Meter(label: "time_seconds", factory: registry).set(1.0)
        registry.observe {
            [MetricObservation("hits", 1, labels: ["x", "y"]), MetricObservation("level", 1, labels: ["x"])]
        }
        #expect(registry.samples.isEmpty)
    }

    @Test func `a label that turns out to be open stops at the limit`() {
        for number in 0..<100 { hits("\(number)").increment() }
        #expect(registry.samples.count == 3)
        hits("0").increment()
        #expect(registry.samples["hits_total{a=\"0\"}"] == 2, "what was there before goes on")
    }

    @Test func `so does one that is observed, and what is observed twice is exposed once`() {
        let registry = MetricRegistry([MetricDeclaration("hits", .counter, labels: ["a"], "Hits.")], seriesLimit: 3)
        registry.observe { (0..<100).map { MetricObservation("hits", 1, labels: ["\($0)"]) } }
        registry.observe { [MetricObservation("hits", 2, labels: ["0"])] }
        #expect(registry.samples.count == 3)
        #expect(registry.samples["hits_total{a=\"0\"}"] == 2)
    }

    @Test func `a gauge is what was set last, more or less what was added since`() {
        let level = Meter(label: "level", factory: registry)
        level.set(10)
        level.increment(by: 2.5)
        level.decrement(by: 4.0)
        #expect(registry.samples["level"] == 8.5)
        Gauge(label: "level", factory: registry).record(3)
        #expect(registry.samples["level"] == 3)
    }

    @Test func `values at a bound and above all bounds are in their buckets`() {
        let times = Recorder(label: "time_seconds", factory: registry)
        for value in [0.5, 1, 1.5] { times.record(value) }
        let samples = registry.samples
        #expect(samples["time_seconds_bucket{le=\"1.0\"}"] == 2)
        #expect(samples["time_seconds_bucket{le=\"+Inf\"}"] == 3)
        #expect(samples["time_seconds_count"] == 3 && samples["time_seconds_sum"] == 3)
    }

    @Test func `eight threads count everything, and whoever reads meanwhile sees a histogram of one moment`() async {
        let (counter, level) = (hits("x"), Meter(label: "level", factory: registry))
        let times = Timer(label: "time_seconds", factory: registry)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<2_000 {
                        counter.increment()
                        level.increment()
                        times.record(.seconds(1))
                    }
                }
            }
            group.addTask {
                for _ in 0..<50 {
                    let samples = registry.samples
                    #expect(samples["time_seconds_sum"] == samples["time_seconds_count"])
                }
            }
        }
        let samples = registry.samples
        #expect(samples["hits_total{a=\"x\"}"] == 16_000)
        #expect(samples["level"] == 16_000)
        #expect(samples["time_seconds_count"] == 16_000)
    }
}
