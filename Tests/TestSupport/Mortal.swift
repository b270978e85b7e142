import Loop

/// The life of one process under test: counts the calls by which it changes the world outside, and can end at any of them.
///
/// A process that has died makes no call any more: whoever tries waits for ever, as threads do that no longer exist. The
/// test then begins another life on what is left.
package final class Mortal: Sendable {
    package enum Fate: Sendable, Equatable {
        case livesOn
        /// The n-th call, counted from 1, is not made; it fails as something that may pass.
        case fails(call: Int)
        /// The same happens to the first call of that name.
        case failsFirst(String)
        /// The n-th call is made, but fails all the same.
        case losesAnswer(call: Int)
        case diesBefore(call: Int)
        case diesAfter(call: Int)
    }

    /// What is to become of a call.
    package enum Verdict: Sendable { case made, failed }

    private struct State {
        var calls: [String] = []
        var isDead = false
    }

    private let fate: Fate
    private let state = Locked(State())

    package init(_ fate: Fate = .livesOn) { self.fate = fate }

    package var calls: [String] { state.withLock(\.calls) }
    package var isDead: Bool { state.withLock(\.isDead) }

    /// Makes a call: `effect` is what it does outside, atomically.
    package func call<Result: Sendable, Failure: Error>(
        _ name: String, failure: @autoclosure () -> Failure, _ effect: () throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let number = state.withLock { state -> Int? in
            if state.isDead { return nil }
            state.calls.append(name)
            return state.calls.count
        }
        guard let number else { return await forEver() }
        if fate == .diesBefore(call: number) {
            die()
            return await forEver()
        }
        if fate == .fails(call: number) { throw failure() }
        if fate == .failsFirst(name), calls.count(where: { $0 == name }) == 1 { throw failure() }
        let result = Swift.Result(catching: effect)
        if fate == .diesAfter(call: number) {
            die()
            return await forEver()
        }
        if fate == .losesAnswer(call: number) { throw failure() }
        return try result.get()
    }

    package func die() { state.withLock { $0.isDead = true } }

    /// Returns when it has died. If it never does, it returns all the same, and what the test expects tells.
    package func waitForDeath() async {
        try? await eventually { isDead }
    }

    private func forEver<Result>() async -> Result {
        await withUnsafeContinuation { (_: UnsafeContinuation<Result, Never>) in }
    }
}
