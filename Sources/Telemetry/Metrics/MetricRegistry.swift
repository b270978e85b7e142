import Loop
package import Metrics

/// The metrics of the process: where counters, gauges and timers of swift-metrics come from, and their text for whoever reads.
///
/// Only what is declared is exposed. A name, a kind or labels that no declaration has give a handle that counts for nobody, so
/// that no library adds to what operators see, and nothing grows: labels come from closed sets, and where one turns out to
/// be open the metric stops at `seriesLimit`.
///
/// The same name and labels are the same metric, from anywhere and at any time. Making a handle takes locks and memory: it is
/// made once and kept. Using it does neither, but for the lock around a histogram.
package final class MetricRegistry: MetricsFactory {
    package typealias Observer = @Sendable () -> [MetricObservation]

    /// What `exposition` is, for the header of that name.
    package static let contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    private let families: [String: MetricFamily]
    private let observers = Locked<[Observer]>([])

    /// - Parameter seriesLimit: how many sets of labels one metric may have.
    package init(_ declarations: [MetricDeclaration], seriesLimit: Int = 200) {
        families = Dictionary(
            declarations.map { ($0.name, MetricFamily($0, seriesLimit: seriesLimit)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Asks `observer` each time the metrics are read. It must neither wait nor block.
    package func observe(_ observer: @escaping Observer) {
        observers.withLock { $0.append(observer) }
    }

    /// All metrics as OpenMetrics text.
    package func exposition() -> [UInt8] {
        let observations = observers.withLock { $0 }.flatMap { $0() }
        let observed = Dictionary(grouping: observations, by: \.name)
        var text = OpenMetricsText()
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            family.write(to: &text, observed: observed[name] ?? [])
        }
        return text.finished()
    }

    // MARK: - MetricsFactory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    /// - Parameter aggregate: a histogram if it is true, else the last value that was recorded.
    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return gauge(label, dimensions) ?? NOOPMetricsHandler.instance }
        return histogram(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    // A metric stays to the end of the process: one that went and came back would look like a restart.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    // MARK: - Private

    private func counter(_ name: String, _ labels: [(String, String)]) -> CounterSeries? {
        families[name]?.series(labels) { $0 == .counter ? CounterSeries() : nil }
    }

    private func gauge(_ name: String, _ labels: [(String, String)]) -> GaugeSeries? {
        families[name]?.series(labels) { $0 == .gauge ? GaugeSeries() : nil }
    }

    private func histogram(_ name: String, _ labels: [(String, String)]) -> HistogramSeries? {
        families[name]?.series(labels) { kind in
            guard case .histogram(let bounds) = kind else { return nil }
            return HistogramSeries(bounds: bounds)
        }
    }
}
