import HTTPTransport
import HTTPTypes
import Loop
import Telemetry

/// The attempts at one request, from the first to an answer with a status below 300, or to the error that is thrown.
///
/// Invariants:
/// 1. After its first 401 it is sent once more, with other tokens. Its second is the end, and Keystone is asked what it means.
/// 2. After another failure it is sent as often as `RetryPolicy` has it, and never after a pause that does not fit its deadline.
/// 3. It is sent again only with its body from the beginning: see `BodySource`.
struct RequestAttempts {
    private let request: ServiceRequest
    private let session: Session
    private let exchange: Exchange
    private let streamsAnswer: Bool
    private var call: Exchange.Call
    private var credentials: RequestCredentials
    private var deadline: ContinuousClock.Instant
    private var refusals: OpenRefusals
    private var isSecondChance = false
    private var repeats = 0

    /// - Parameters:
    ///   - call: what is sent each time, but for the tokens and a body that must be opened anew.
    ///   - credentials: for the first attempt.
    ///   - streamsAnswer: whether the body of the answer may take longer than the request.
    init(
        _ request: ServiceRequest, in session: Session, by exchange: Exchange, call: Exchange.Call,
        credentials: RequestCredentials, streamsAnswer: Bool
    ) {
        self.request = request
        self.session = session
        self.exchange = exchange
        self.call = call
        self.credentials = credentials
        self.streamsAnswer = streamsAnswer
        deadline = call.deadline
        refusals = OpenRefusals(exchange.metrics)
    }

    /// The answer, and the call that it answers. To be asked for once.
    mutating func answer<Answer: TransportAnswer>(
        by transmit: @Sendable (Exchange, Exchange.Call) async throws(ServiceError) -> Answer
    ) async throws(ServiceError) -> (Answer, Exchange.Call) {
        do throws(ServiceError) {
            while true {
                let error: ServiceError
                do throws(ServiceError) {
                    let answer = try await attempt(transmit)
                    if answer.status.code < 300 { return (answer, call) }
                    let whole = await answer.collected(until: deadline, time: session.time)
                    error = exchange.error(
                        whole, to: call, hiding: [credentials.token, credentials.serviceToken.value])
                } catch let failure {
                    error = failure
                }
                try await prepareNext(after: error)
            }
        } catch {
            refusals.explain(UnauthorizedCause(error.code))
            throw error
        }
    }

    // MARK: - One attempt

    private mutating func attempt<Answer: TransportAnswer>(
        _ transmit: @Sendable (Exchange, Exchange.Call) async throws(ServiceError) -> Answer
    ) async throws(ServiceError) -> Answer {
        call.headerFields[.authToken] = credentials.token.reveal()
        if credentials.sendsServiceToken {
            call.headerFields[.serviceToken] = credentials.serviceToken.value.reveal()
        }
        call.body = try await body()
        if streamsAnswer || request.source != nil {
            call.stream(within: session, answerUntil: deadline, idleLimit: request.idleLimit)
        }
        let answer = try await transmit(exchange, call)
        // Whoever says anything but 401 has let the caller in. (Of a 500 and the like one cannot tell.)
        if answer.status.code < 500, answer.status != .unauthorized {
            session.authentication.accepted(credentials, by: exchange.serviceType)
            refusals.explain(.staleServiceToken)
        }
        return answer
    }

    /// The body from its beginning.
    private func body() async throws(ServiceError) -> RequestBody {
        switch request.body {
        case .none: return .none
        case .json(let document): return .bytes(document)
        case .stream(let source):
            do {
                return .stream(length: source.length, next: try await source.producer())
            } catch {
                throw ServiceError(
                    .invalidRequest, "the source of the request's body cannot be opened",
                    serviceType: exchange.serviceType, operation: call.operation, requestID: session.requestID,
                    cause: error)
            }
        }
    }

    // MARK: - What follows a failure

    /// Returns when the request is to be sent again, and throws what it has come to if it is not.
    private mutating func prepareNext(after error: ServiceError) async throws(ServiceError) {
        // However long a body was under way, what follows has its own time.
        if request.source != nil { deadline = session.deadline(within: request.timeout) }
        if error.code == .unauthorized { return try await replaceCredentials(after: error) }
        guard request.source?.isWhole ?? true else { throw error }
        try await pause(after: error)
        repeats += 1
        exchange.metrics.retried()
        // The token in hand may have been renewed during the pause.
        credentials = try await session.authentication.credentials(until: deadline)
    }

    private mutating func replaceCredentials(after refusal: ServiceError) async throws(ServiceError) {
        refusals.add()
        if isSecondChance { throw await explained(refusal) }
        isSecondChance = true
        // Also where the request cannot be sent again: the next one finds a good token.
        credentials = try await session.authentication.replacement(for: credentials, until: deadline)
        guard request.source?.isWhole ?? true else {
            throw ServiceError(
                refusal.code,
                "the service refused the tokens, and the body cannot be sent again: its source is read only once",
                serviceType: exchange.serviceType, operation: refusal.operation, status: refusal.status,
                requestID: refusal.requestID)
        }
    }

    /// Throws `error` where the request must not be sent again.
    private func pause(after error: ServiceError) async throws(ServiceError) {
        let now = session.time.now()
        let pause = session.retries.pause(
            after: error, method: request.method, repeats: repeats, left: now.duration(to: deadline),
            jitter: session.jitter.next())
        guard let pause else { throw error }
        do throws(CancellationError) {
            try await session.time.sleep(until: now + pause)
        } catch {
            throw ServiceError(
                .cancelled, "the request was cancelled", serviceType: exchange.serviceType,
                requestID: session.requestID)
        }
    }

    private mutating func explained(_ error: ServiceError) async -> ServiceError {
        let refusal = await session.authentication.explainRefusal(
            of: credentials, by: exchange.serviceType, until: deadline)
        refusals.explain(UnauthorizedCause(refusal.finding))
        return ServiceError(
            refusal.code, refusal.message, serviceType: exchange.serviceType, operation: error.operation,
            status: error.status, requestID: error.requestID, cause: refusal.cause)
    }
}
