import HTTPTypes

/// Which failed requests are sent again by `RequestAttempts`, and when.
///
/// `limit` times at most, to get over a blink: what lasts longer is the caller's, who has a plan for it.
///
/// | after | GET, HEAD | PUT, DELETE | POST, PATCH |
/// | --- | --- | --- | --- |
/// | a 503 or 429 | yes | no | no |
/// | a service out of reach, a connection that broke, our own queue full | yes | if nothing was sent | no |
/// | anything else: other answers, a timeout, a certificate | no | no | no |
///
/// A 401 is not among them: any request is sent once more after its first, see `RequestAuthentication`.
package struct RetryPolicy: Sendable {
    package var limit = 3
    package var firstPause: Duration = .milliseconds(500)
    package var longestPause: Duration = .seconds(10)

    package init() {}

    package static var never: RetryPolicy {
        var policy = RetryPolicy()
        policy.limit = 0
        return policy
    }

    /// How long to wait before the request is sent again; nil is not at all.
    ///
    /// - Parameters:
    ///   - repeats: how often it was sent again already.
    ///   - left: the time until the request's deadline. A pause that does not fit is not begun.
    func pause(
        after error: ServiceError, method: HTTPRequest.Method, repeats: Int, left: Duration, jitter: Double
    ) -> Duration? {
        guard repeats < limit, Self.isRepeatable(method, after: error) else { return nil }
        let step = min(firstPause * (1 << min(repeats, 8)), longestPause)
        let pause = max(error.retryAfter ?? .zero, step * (0.5 + 0.5 * jitter))
        return pause < left ? pause : nil
    }

    private static func isRepeatable(_ method: HTTPRequest.Method, after error: ServiceError) -> Bool {
        switch error.code {
        case .unavailable, .rateLimited, .unreachable, .interrupted: break
        default: return false
        }
        switch method {
        case .get, .head: return true
        case .put, .delete: return error.status == nil && !error.requestMayHaveArrived
        default: return false
        }
    }
}
