import Loop

/// One declared metric with all its sets of labels.
final class MetricFamily: Sendable {
    private let declaration: MetricDeclaration
    private let seriesLimit: Int
    private let made = Locked<[[String]: any MetricSeries]>([:])

    init(_ declaration: MetricDeclaration, seriesLimit: Int) {
        self.declaration = declaration
        self.seriesLimit = seriesLimit
    }

    /// The series with these labels; made if there is none yet. Nil where the metric is of another kind or has other labels, or
    /// has as many series as it may have.
    func series<Series: MetricSeries>(
        _ labels: [(String, String)], _ make: (MetricDeclaration.Kind) -> Series?
    ) -> Series? {
        let values = declaration.labels.compactMap { name in labels.first { $0.0 == name }?.1 }
        guard values.count == declaration.labels.count, labels.count == values.count else { return nil }
        return made.withLock { made in
            if let known = made[values] { return known as? Series }
            guard made.count < seriesLimit, let new = make(declaration.kind) else { return nil }
            made[values] = new
            return new
        }
    }

    /// Writes what was counted and what was observed, in the order of the labels' values. What was observed twice is what it
    /// was last.
    func write(to text: inout OpenMetricsText, observed: [MetricObservation]) {
        text.begin(declaration)
        for (values, series) in made.withLock({ $0 }).sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            series.write(to: &text, labels: labels(values))
        }
        let last = Dictionary(
            observed.filter { $0.labels.count == declaration.labels.count }.map { ($0.labels, $0.value) },
            uniquingKeysWith: { $1 })
        let inOrder = last.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        for (values, value) in inOrder.prefix(seriesLimit) { text.write(value, labels: labels(values)) }
    }

    private func labels(_ values: [String]) -> [(String, String)] { Array(zip(declaration.labels, values)) }
}
