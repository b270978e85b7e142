import Loop

extension Expiring {
    /// How long a fetch may take that several callers share: none of them decides for the others.
    static var fetchTime: Duration { .seconds(20) }

    /// The value in hand, or that of the fetch that all callers share. Each waits no longer than its own `deadline`.
    ///
    /// - Parameter fetch: is given the fetch's deadline, and says how long the value is good for.
    func value(
        until deadline: ContinuousClock.Instant, time: any TimeSource,
        fetch: @escaping @Sendable (ContinuousClock.Instant) async throws(ServiceError) -> (Value, goodFor: Duration)
    ) async throws(ServiceError) -> Value {
        if let current { return current }
        do {
            return try await withDeadline(deadline, time: time) { [self] in
                try await value {
                    let (value, goodFor) = try await fetch(time.now() + Self.fetchTime)
                    return (value, time.now() + goodFor)
                }
            }
        } catch let error as ServiceError {
            throw error
        } catch is DeadlineExceeded {
            throw ServiceError(.timedOut, "no answer in time", serviceType: "identity")
        } catch {
            throw ServiceError(.cancelled, "the request was cancelled", serviceType: "identity")
        }
    }
}
