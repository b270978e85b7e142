/// The 401s of one request that nobody can say anything about yet.
struct OpenRefusals {
    private let metrics: ServiceMetrics
    private var count = 0

    init(_ metrics: ServiceMetrics) {
        self.metrics = metrics
    }

    mutating func add() { count += 1 }

    /// They are counted under `cause`.
    mutating func explain(_ cause: UnauthorizedCause) {
        guard count > 0 else { return }
        metrics.unauthorized(cause, times: count)
        count = 0
    }
}
