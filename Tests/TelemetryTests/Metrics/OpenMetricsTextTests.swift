import Metrics
import Testing

@testable import Telemetry

/// The text as monitoring systems read it, letter by letter.
@Suite struct OpenMetricsTextTests {
    private func text(_ registry: MetricRegistry) -> String {
        String(decoding: registry.exposition(), as: UTF8.self)
    }

    @Test func `every kind is written as OpenMetrics has it, in a fixed order`() {
        let registry = MetricRegistry([
            MetricDeclaration("zoo_visits", .counter, labels: ["gate", "kind"], "Visits."),
            MetricDeclaration("zoo_weight_bytes", .gauge, "Weight."),
            MetricDeclaration("zoo_stay_seconds", .histogram([0.5, 1, 10]), labels: ["gate"], "Stays."),
            MetricDeclaration("zoo", .info, labels: ["version"], "The zoo."),
        ])
        for (gate, kind, count) in [("west", "child", 3), ("east", "child", 2), ("east", "adult", 1)] {
            Counter(label: "zoo_visits", dimensions: [("gate", gate), ("kind", kind)], factory: registry)
                .increment(by: count)
        }
        Meter(label: "zoo_weight_bytes", factory: registry).set(1.5)
        let stay = Timer(label: "zoo_stay_seconds", dimensions: [("gate", "east")], factory: registry)
        for milliseconds in [500, 750, 1000, 20_000] { stay.record(.milliseconds(milliseconds)) }
        registry.observe { [MetricObservation("zoo", 1, labels: ["1.2"])] }
        #expect(
            text(registry) == """
                # TYPE zoo info
                # HELP zoo The zoo.
                zoo_info{version="1.2"} 1
                # TYPE zoo_stay_seconds histogram
                # UNIT zoo_stay_seconds seconds
                # HELP zoo_stay_seconds Stays.
                zoo_stay_seconds_bucket{gate="east",le="0.5"} 1
                zoo_stay_seconds_bucket{gate="east",le="1.0"} 3
                zoo_stay_seconds_bucket{gate="east",le="10.0"} 3
                zoo_stay_seconds_bucket{gate="east",le="+Inf"} 4
                zoo_stay_seconds_count{gate="east"} 4
                zoo_stay_seconds_sum{gate="east"} 22.25
                # TYPE zoo_visits counter
                # HELP zoo_visits Visits.
                zoo_visits_total{gate="east",kind="adult"} 1
                zoo_visits_total{gate="east",kind="child"} 2
                zoo_visits_total{gate="west",kind="child"} 3
                # TYPE zoo_weight_bytes gauge
                # UNIT zoo_weight_bytes bytes
                # HELP zoo_weight_bytes Weight.
                zoo_weight_bytes 1.5
                # EOF

                """)
    }

    @Test func `what would end a label or a line is escaped`() {
        let registry = MetricRegistry([
            MetricDeclaration("odd", .counter, labels: ["a"], "A \"word\",\na back\\slash.")
        ])
        Counter(label: "odd", dimensions: [("a", "x\"} 9\ny\\n ü")], factory: registry).increment()
        #expect(
            text(registry) == #"""
                # TYPE odd counter
                # HELP odd A \"word\",\na back\\slash.
                odd_total{a="x\"} 9\ny\\n ü"} 1
                # EOF

                """#)
    }

    @Test(
        arguments: [
            (0, "0"), (-3, "-3"), (0.25, "0.25"), (1e-9, "1e-09"), (9e15, "9000000000000000"), (1e300, "1e+300"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
        ] as [(Double, String)])
    func `a number is written as OpenMetrics reads it`(value: Double, expected: String) {
        let registry = MetricRegistry([MetricDeclaration("x", .gauge, "X.")])
        registry.observe { [MetricObservation("x", value)] }
        #expect(text(registry).contains("\nx \(expected)\n"))
    }

    @Test func `what is declared is named also where nothing was counted, and nothing else is`() {
        let registry = MetricRegistry([MetricDeclaration("quiet", .counter, "Quiet.")])
        registry.observe { [MetricObservation("unheard_of", 1)] }
        #expect(text(registry) == "# TYPE quiet counter\n# HELP quiet Quiet.\n# EOF\n")
    }
}
