/// How long a daemon's lease of a bank holds: Karbor's three windows.
package struct LeaseWindows: Sendable, Equatable {
    package static let standard = LeaseWindows(expire: .seconds(600), renew: .seconds(120), validity: .seconds(100))

    /// How long after a renewal others hold the lease to be good.
    package let expire: Duration
    /// So much of that must be left, or its owner makes no effect any more: for a call to the bank that has begun, and for
    /// clocks that differ.
    package let validity: Duration
    /// How long after a renewal comes the next.
    package let renewal: Duration

    /// - Parameter renew: shorter where the lease would not hold so long: half of the time in which it is valid, at most.
    package init(expire: Duration, renew: Duration, validity: Duration) {
        self.expire = expire
        self.validity = validity
        renewal = min(renew, max((expire - validity) / 2, .seconds(1)))
    }
}
