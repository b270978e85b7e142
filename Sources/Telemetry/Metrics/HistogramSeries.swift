import Loop
import Metrics

/// How often a value was how large. Times are kept in seconds.
///
/// Under a lock, and not as single atomics, so that whoever reads sees counts and sum of the same moment.
final class HistogramSeries: MetricSeries, TimerHandler, RecorderHandler {
    private struct State {
        /// Of the values up to each bound and above the one before; the last are those above all bounds.
        var counts: [Int64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Locked<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Locked(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func record(_ value: Double) {
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[index] += 1
            state.sum += value
        }
    }

    func record(_ value: Int64) { record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func write(to text: inout OpenMetricsText, labels: [(String, String)]) {
        let state = state.withLock { $0 }
        var count: Int64 = 0
        for (bound, more) in zip(bounds + [.infinity], state.counts) {
            count += more
            text.write(
                Double(count), ending: "_bucket", labels: labels + [("le", OpenMetricsText.bound(bound))])
        }
        text.write(Double(count), ending: "_count", labels: labels)
        text.write(state.sum, ending: "_sum", labels: labels)
    }
}
