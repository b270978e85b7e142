/// Which services refuse a user's expired token for good, judged by how long they have done so.
///
/// Where no service token gets through to a service, it answers 401 to every request with an expired token. A service whose
/// own Keystone or cache is away for a moment does the same, but for that moment only: time tells them apart.
///
/// Invariants, for each service type by itself:
/// 1. It refuses for good once it has refused at least three times, over at least 30 seconds, and never taken the token.
/// 2. One that has taken the expired token honours service tokens: whatever it refuses later will pass.
/// 3. Requests that are refused together, within a second, are one refusal.
struct ExpiredTokenRefusals: Sendable {
    typealias Instant = ContinuousClock.Instant

    static let enoughTimes = 3
    static let longEnough = Duration.seconds(30)
    private static let together = Duration.seconds(1)

    private enum Record {
        case refuses(since: Instant, last: Instant, times: Int)
        case honoursServiceTokens
    }

    private var records: [String: Record] = [:]

    /// The service took the token after its expiry.
    mutating func accepted(by serviceType: String) {
        records[serviceType] = .honoursServiceTokens
    }

    /// The service refused the token after its expiry, though Keystone accepts it. True if that is for good.
    mutating func refused(by serviceType: String, at now: Instant) -> Bool {
        switch records[serviceType] {
        case .honoursServiceTokens: return false
        case nil:
            records[serviceType] = .refuses(since: now, last: now, times: 1)
            return false
        case .refuses(let since, var last, var times):
            if now - last >= Self.together { (last, times) = (now, times + 1) }
            records[serviceType] = .refuses(since: since, last: last, times: times)
            return times >= Self.enoughTimes && last - since >= Self.longEnough
        }
    }
}
