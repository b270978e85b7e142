package import HTTPTransport
package import Loop

/// What all requests of one caller have in common: who asks, over which connections, until when, under which id.
///
/// Made once for an operation and used by all its clients, from any task. It keeps no connections: those are the
/// transport's, and shared.
package struct Session: Sendable {
    package let authentication: any RequestAuthentication
    package let transport: any Transport
    package let time: any TimeSource
    /// Sent with every request, so that the services' logs can be searched for it.
    package let requestID: String
    /// No request lasts beyond it, whatever its own timeout.
    package let deadline: ContinuousClock.Instant?
    package let retries: RetryPolicy
    package let jitter: Jitter
    package let metrics: RequestMetrics

    package init(
        authentication: any RequestAuthentication, transport: any Transport, time: any TimeSource, requestID: String,
        deadline: ContinuousClock.Instant? = nil, retries: RetryPolicy = RetryPolicy(), jitter: Jitter = .random,
        metrics: RequestMetrics = RequestMetrics()
    ) {
        self.authentication = authentication
        self.transport = transport
        self.time = time
        self.requestID = requestID
        self.deadline = deadline
        self.retries = retries
        self.jitter = jitter
        self.metrics = metrics
    }

    /// When something must be over that begins now and may last for `time`.
    func deadline(within time: Duration) -> ContinuousClock.Instant {
        let end = self.time.now() + time
        return deadline.map { min($0, end) } ?? end
    }
}
