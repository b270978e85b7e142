import HTTPTypes
import Metrics
import Telemetry

/// The counters of the requests to one service, all of them from the start: a rate begins at zero and misses nothing.
final class ServiceMetrics: Sendable {
    static let requests = "karbor_http_requests"
    static let duration = "karbor_http_request_seconds"
    static let retries = "karbor_http_retries"
    static let refusals = "karbor_unauthorized"

    private static let methods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete, .head]
    private static let classes = ["2xx", "3xx", "4xx", "5xx", "none"]

    /// By method, then by class. A method that is not listed counts as the last.
    private let sent: [[Counter]]
    private let took: Timer
    private let again: Counter
    private let refused: [UnauthorizedCause: Counter]

    init(_ service: String, _ factory: any MetricsFactory) {
        sent = (Self.methods.map(\.rawValue) + ["other"]).map { method in
            Self.classes.map { status in
                Counter(
                    label: Self.requests,
                    dimensions: [("service", service), ("method", method), ("status_class", status)], factory: factory)
            }
        }
        took = Timer(label: Self.duration, dimensions: [("service", service)], factory: factory)
        again = Counter(label: Self.retries, dimensions: [("service", service)], factory: factory)
        refused = Dictionary(
            uniqueKeysWithValues: UnauthorizedCause.allCases.map { cause in
                let labels = [("service", service), ("cause", cause.rawValue)]
                return (cause, Counter(label: Self.refusals, dimensions: labels, factory: factory))
            })
    }

    /// - Parameter status: nil where there was no answer.
    func attempted(_ method: HTTPRequest.Method, status: Int?, took duration: Duration) {
        let row = Self.methods.firstIndex(of: method) ?? Self.methods.count
        // Whatever is no status of HTTP has not got as far as here.
        let column = status.map { min(max($0 / 100 - 2, 0), 3) } ?? 4
        sent[row][column].increment()
        took.record(duration: duration)
    }

    func retried() { again.increment() }

    func unauthorized(_ cause: UnauthorizedCause, times: Int = 1) { refused[cause]?.increment(by: times) }
}
