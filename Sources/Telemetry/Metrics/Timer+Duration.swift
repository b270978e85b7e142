package import CoreMetrics

extension Timer {
    /// In nanoseconds. swift-metrics has the like in its module `Metrics` only, which brings Dispatch along.
    package func record(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        recordNanoseconds(seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
    }
}
