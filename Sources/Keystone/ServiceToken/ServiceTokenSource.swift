package import Logging
package import Loop
package import Telemetry

/// A token of the daemon's own, renewed on a timer so that nobody waits for it: one for the whole process, and one for each
/// trust that an operation goes on by.
///
/// `TokenCacheStateMachine` decides; this performs: it asks Keystone, keeps the one timer, and resumes who waits. May be
/// called from anywhere. A caller that is cancelled leaves at once, and the renewal goes on for the others.
package final class ServiceTokenSource: Sendable {
    package typealias Patience = TokenCacheStateMachine.Patience
    private typealias Outcome = Result<ServiceToken, ServiceError>
    private typealias Ticket = Waiters<Outcome>.Ticket

    private struct State {
        var machine: TokenCacheStateMachine
        var waiters = Waiters<Outcome>()
        var timer: Task<Void, any Error>?
        var renewal: Task<Void, any Error>?
        var grant: Token?

        mutating func settle(
            _ ids: [TokenCacheStateMachine.WaiterID], _ outcome: Outcome
        ) -> [(Waiters<Outcome>.Continuation, Outcome)] {
            ids.compactMap { waiters.settle($0.number, outcome) }.map { ($0, outcome) }
        }
    }

    private let issuer: TokenIssuer
    private let loop: Loop
    private let time: any TimeSource
    private let jitter: Jitter
    private let kind: TokenKind
    private let wantedRoles: [String]
    private let metrics: TokenMetrics
    private let log: Logger
    private let state: Locked<State>

    /// - Parameter wantedRoles: `service_token_roles`: a token with none of them is not accepted as a service token.
    package init(
        issuer: TokenIssuer, kind: TokenKind = .service, wantedRoles: [String] = ["service"], loop: Loop,
        time: (any TimeSource)? = nil, policy: TokenCachePolicy = TokenCachePolicy(), jitter: Jitter = .random,
        metrics: TokenMetrics? = nil, log: Logger
    ) {
        self.issuer = issuer
        self.loop = loop
        self.time = time ?? loop
        self.jitter = jitter
        self.kind = kind
        self.wantedRoles = wantedRoles
        self.metrics = metrics ?? TokenMetrics(kind)
        self.log = log
        state = Locked(State(machine: TokenCacheStateMachine(policy: policy)))
    }

    /// What it waited for keeps it no longer.
    deinit {
        state.withLock { $0.timer }?.cancel()
    }

    /// Asks for the first token and keeps one in hand from now on. Does not wait for it.
    package func start() {
        change { $0.machine.start(at: $1) }
    }

    /// Renews no more and fails everybody who waits. The token in hand can be used to its end.
    package func stop() {
        change { state, _ in state.machine.stop() }
        let tasks = state.withLock { [$0.timer, $0.renewal] }
        for task in tasks { task?.cancel() }
    }

    /// The token in hand, if it is still valid.
    package var current: ServiceToken? {
        let now = time.now()
        return state.withLock { $0.machine.token(at: now) }
    }

    /// The token in hand; without one, waits for it.
    package func token(
        until deadline: ContinuousClock.Instant, patience: Patience = .untilDeadline
    ) async throws(ServiceError) -> ServiceToken {
        if let current { return current }
        return try await wait(until: deadline, patience: patience, insteadOf: nil)
    }

    /// Another token than `rejected`, which a service has refused: at once if it was renewed since, else after a renewal.
    package func replacement(
        for rejected: ServiceToken, until deadline: ContinuousClock.Instant, patience: Patience = .untilDeadline
    ) async throws(ServiceError) -> ServiceToken {
        if let current, current != rejected { return current }
        return try await wait(until: deadline, patience: patience, insteadOf: rejected)
    }

    /// The issuer has another credential from now on: asks it for a token at once. The one in hand stays until then.
    package func credentialReplaced() {
        change { $0.machine.credentialReplaced(at: $1) }
    }

    /// What Keystone said of the newest token: whose it is, its roles. Not necessarily valid any more.
    package var grant: Token? { state.withLock { $0.grant } }

    package var status: ServiceTokenStatus {
        let now = time.now()
        return state.withLock { state in
            let summary = state.machine.summary(at: now)
            let failure = summary.statistics.failuresInARow > 0 ? state.machine.lastFailure : nil
            return ServiceTokenStatus(
                validFor: summary.validFor, age: summary.age, failure: failure,
                lacksRole: state.grant.map { !self.hasWantedRole($0) } ?? false, statistics: summary.statistics)
        }
    }

    /// The same in figures, for whoever reads the metrics.
    package var observations: [MetricObservation] { metrics.observations(status) }

    // MARK: - Waiting

    private func wait(
        until deadline: ContinuousClock.Instant, patience: Patience, insteadOf rejected: ServiceToken?
    ) async throws(ServiceError) -> ServiceToken {
        let ticket = state.withLock { $0.waiters.draw() }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                join(ticket, continuation, until: deadline, patience: patience, insteadOf: rejected)
            }
        } onCancel: {
            leave(ticket)
        }
        state.withLock { $0.waiters.remove(ticket) }
        return try outcome.get()
    }

    private func join(
        _ ticket: Ticket, _ continuation: Waiters<Outcome>.Continuation, until deadline: ContinuousClock.Instant,
        patience: Patience, insteadOf rejected: ServiceToken?
    ) {
        var immediate: Outcome?
        change { state, now in
            immediate = state.waiters.wait(ticket, continuation)
            guard immediate == nil else { return [] }
            let (answer, actions) = state.machine.request(
                .init(number: ticket), at: now, deadline: deadline, patience: patience, insteadOf: rejected)
            switch answer {
            case .use(let token): immediate = .success(token)
            case .fail(let error): immediate = .failure(error)
            case .wait: break
            }
            // It hands out the continuation that is resumed with this below.
            if let immediate { _ = state.waiters.settle(ticket, immediate) }
            return actions
        }
        if let immediate { continuation.resume(returning: immediate) }
    }

    private func leave(_ ticket: Ticket) {
        let continuation = state.withLock { state in
            state.machine.cancel(.init(number: ticket))
            return state.waiters.settle(ticket, .failure(Self.cancelled))
        }
        continuation?.resume(returning: .failure(Self.cancelled))
    }

    private static let cancelled = ServiceError(
        .cancelled, "the request was cancelled while it waited for a service token", serviceType: "identity")
}

// MARK: - Doing what the machine says

extension ServiceTokenSource {
    /// Changes the state and performs what comes of it. The timer is set under the lock, lest an older one replace a newer.
    private func change(_ body: (inout State, ContinuousClock.Instant) -> [TokenCacheStateMachine.Action]) {
        let now = time.now()
        let answered = state.withLock { state in
            var answered: [(Waiters<Outcome>.Continuation, Outcome)] = []
            for action in body(&state, now) {
                switch action {
                case .renew(let attempt, let timeout):
                    state.renewal = loop.spawn { await self.renew(attempt, timeout: timeout) }
                case .wake(let instant):
                    state.timer?.cancel()
                    state.timer = loop.spawn { [weak self, time] in
                        try await time.sleep(until: instant)
                        self?.change { $0.machine.wokeUp(at: $1) }
                    }
                case .resume(let waiters, let token): answered += state.settle(waiters, .success(token))
                case .fail(let waiters, let error): answered += state.settle(waiters, .failure(error))
                }
            }
            return answered
        }
        for (continuation, outcome) in answered { continuation.resume(returning: outcome) }
    }

    private func renew(_ attempt: Int, timeout: Duration) async {
        let asked = time.now()
        do throws(ServiceError) {
            defer { metrics.attempted(took: asked.duration(to: time.now())) }
            let token = try await issuer.issue(asked + timeout)
            guard let life = token.lifetime, life >= .seconds(1) else {
                throw ServiceError(
                    .identityUnavailable, "Keystone's answer does not say until when the token is good",
                    serviceType: "identity")
            }
            var isHeld = false
            change { state, now in
                let actions = state.machine.renewed(
                    attempt: attempt, value: token.value, life: life, asked: asked, at: now, jitter: jitter.next())
                // It may be over already, or nobody may want it any more.
                isHeld = state.machine.token(at: now)?.generation == attempt
                if isHeld { state.grant = token }
                return actions
            }
            if isHeld {
                report(token, life: life)
            } else if let failure = status.failure {
                report(failure)
            }
        } catch {
            change { state, now in
                state.machine.failed(attempt: attempt, error, at: now, jitter: jitter.next())
            }
            report(error)
        }
    }

    private func hasWantedRole(_ token: Token) -> Bool {
        wantedRoles.isEmpty || token.roles.contains { wantedRoles.contains($0.name) }
    }

    private func report(_ token: Token, life: Duration) {
        log.info(
            "\(kind.rawValue) token renewed",
            metadata: [
                "valid_for_seconds": "\(life.components.seconds)", "renewals": "\(status.statistics.renewals)",
                "user_id": "\(token.user.id)", "project_id": "\(token.project?.id ?? "none")",
            ])
        guard !hasWantedRole(token) else { return }
        log.error(
            """
            the service token has no role that makes it one: services will refuse our requests, at the latest when a \
            user's token has expired; give the service user one of the wanted roles in its project
            """,
            metadata: [
                "wanted_roles": "\(wantedRoles.joined(separator: ", "))",
                "roles": "\(token.roleNames.joined(separator: ", "))",
                "user_id": "\(token.user.id)", "project_id": "\(token.project?.id ?? "none")",
            ])
    }

    private func report(_ failure: ServiceError) {
        guard failure.code != .cancelled else { return }
        let status = status
        log.warning(
            "\(kind.rawValue) token not renewed",
            metadata: [
                "code": "\(failure.code.rawValue)", "reason": "\(failure.message)",
                "failures_in_a_row": "\(status.statistics.failuresInARow)",
                "valid_for_seconds": "\(status.validFor?.components.seconds ?? 0)",
            ])
    }
}
