import Metrics
import Synchronization

/// A number as it is now.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    /// The bits of a `Double`.
    private let bits = Atomic<UInt64>(0)

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
    func set(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func record(_ value: Int64) { set(Double(value)) }
    func decrement(by amount: Double) { increment(by: -amount) }

    func increment(by amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (exchanged, found) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = found
        }
    }

    func write(to text: inout OpenMetricsText, labels: [(String, String)]) {
        text.write(Double(bitPattern: bits.load(ordering: .relaxed)), labels: labels)
    }
}
