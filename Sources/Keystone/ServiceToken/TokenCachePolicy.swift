/// When the daemon's own token is renewed, and how often Keystone is asked again after a failure.
package struct TokenCachePolicy: Sendable {
    /// The first pause after a failure; each further one doubles it. Also the least time between two renewals because of a 401.
    package var backoff: Duration = .seconds(1)
    /// The longest pause while a valid token is held, or while Keystone refuses the credential: some lock accounts.
    package var backoffLimit: Duration = .seconds(60)
    /// The longest pause while Keystone is out of reach and there is no token to go on with.
    package var backoffLimitWithoutToken: Duration = .seconds(10)
    /// How many requests may wait for a token; one more fails at once.
    package var waiterLimit = 16_384

    package init() {}

    /// How long before its end a token is renewed: min(max(120 s, life/5), life/2), of which up to a tenth is taken off
    /// at random, so that daemons started together do not ask together. `jitter` is from 0 to 1.
    package func margin(life: Duration, jitter: Double) -> Duration {
        let margin = min(max(.seconds(120), life / 5), life / 2)
        return margin - margin * (0.1 * jitter)
    }

    /// The pause before the next attempt, after `failures` of them in a row.
    ///
    /// Half to all of the step, at random. Near the end of the token in hand (`left`) the pauses get shorter again, down
    /// to the first step, so that the last chance is not slept through.
    package func pause(failures: Int, left: Duration?, refused: Bool, jitter: Double) -> Duration {
        let limit = left == nil && !refused ? backoffLimitWithoutToken : backoffLimit
        var step = backoff * (1 << min(max(failures - 1, 0), 16))
        step = min(step, limit)
        if let left { step = min(step, max(left / 2, backoff)) }
        return step * (0.5 + 0.5 * jitter)
    }

    /// How long one attempt may take: with a token in hand no more than three quarters of what is `left` of it, so that one that
    /// hangs leaves time for another. Two seconds at least: Keystone may be slow.
    package func attemptTimeout(left: Duration?) -> Duration {
        guard let left else { return .seconds(20) }
        return min(.seconds(20), max(.seconds(2), left * 3 / 4))
    }
}
