/// Sends HTTP requests; the one way in which the daemon talks to other services.
///
/// A request is sent at most once: nothing is repeated behind the caller's back, whatever the method. A status of 4xx or
/// 5xx is an answer, not an error. A caller that is cancelled aborts its request and gets `.cancelled`.
package protocol Transport: Sendable {
    /// The whole answer, its body collected up to the request's `bodyLimit`.
    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse

    /// The head as soon as it is there; the body is then pulled chunk by chunk, and the server waits for whoever pulls.
    func open(_ request: TransportRequest) async throws(TransportError) -> StreamingResponse
}
