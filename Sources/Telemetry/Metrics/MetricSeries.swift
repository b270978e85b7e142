/// What is counted under one set of labels of a metric.
protocol MetricSeries: AnyObject, Sendable {
    func write(to text: inout OpenMetricsText, labels: [(String, String)])
}
