/// Runs effects outside the process so that they happen once, whatever happens to the process.
package protocol StepRunner: Sendable {
    /// Makes an effect, or returns what it returned when it was made before.
    ///
    /// The intent is on disk before `effect` runs, its result before this returns. An error that may pass is ridden out until
    /// the operation's deadline; one after which the effect may have been made leads to `recovery`, as a restart does.
    /// A cancellation does not reach an effect that has begun. `name` is unique among the steps of its resource, so that
    /// a later hook that asks for the same step gets its result.
    func run<Result: Codable & Sendable>(
        _ name: String, recovery: StepRecovery<Result>, effect: @escaping @Sendable () async throws -> Result
    ) async throws -> Result

    /// What a step of this resource returned; nil where it was never finished.
    func result<Result: Decodable>(of name: String, as type: Result.Type) throws -> Result?

    /// Whether a step of this resource was begun, by this run or an earlier one, and it is not known what became of it.
    func isInDoubt(_ name: String) -> Bool

    /// Returns when nothing can happen any more of what attempts at this step have asked for and got no answer to; false where
    /// there was no such attempt.
    func settle(_ name: String) async throws -> Bool
}

/// What to do about a step that was begun and whose result is not known.
package enum StepRecovery<Result: Sendable>: Sendable {
    /// Looks for what it made, by its marker. If nothing is found once the first attempt can no longer take effect, the
    /// step runs again.
    case adopt(@Sendable () async throws -> Result?)
    /// Running it twice does no harm.
    case repeatable
    /// It can be neither found nor repeated; the resource fails with this reason.
    case never(reason: String)
}

extension ResourceContext {
    /// See `StepRunner.run`.
    package func step<Result: Codable & Sendable>(
        _ name: String, recovery: StepRecovery<Result>, effect: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await steps.run(name, recovery: recovery, effect: effect)
    }

    /// A step that has nothing to return.
    package func step(
        repeatable name: String, effect: @escaping @Sendable () async throws -> Void
    ) async throws {
        _ = try await steps.run(name, recovery: StepRecovery<Done>.repeatable) {
            try await effect()
            return Done()
        }
    }

    private struct Done: Codable, Sendable {}
}
