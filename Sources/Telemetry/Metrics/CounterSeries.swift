import Metrics
import Synchronization

/// A number that goes up.
final class CounterSeries: MetricSeries, CounterHandler {
    private let count = Atomic<Int64>(0)

    /// A negative amount is none.
    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() { count.store(0, ordering: .relaxed) }

    func write(to text: inout OpenMetricsText, labels: [(String, String)]) {
        text.write(Double(count.load(ordering: .relaxed)), labels: labels)
    }
}
