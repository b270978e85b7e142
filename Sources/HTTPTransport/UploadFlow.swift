/// How a streamed request body gets from its producer to libcurl: one piece at a time, asked for when libcurl wants it.
///
/// States
/// - idle -> pulling: `wanted`, libcurl wants bytes and there are none
/// - pulling -> ready: `produced`, with the next piece
/// - pulling -> ended: `produced`, the producer has no more and has kept to its length
/// - pulling -> broken: `produced`, it has not kept to its length; `failed`, it threw
/// - ready -> idle: `copied`, the piece is used up
/// - any -> ended: `stopped`, the server has refused the request without waiting for all of it
struct UploadFlow {
    enum Wanted: Equatable {
        case copy(limit: Int)
        /// libcurl pauses; ask the producer.
        case pull
        /// libcurl pauses; the producer has been asked already.
        case wait
        case end
        case refuse
    }

    enum Produced: Equatable {
        /// Let libcurl go on.
        case resume
        /// An empty piece says nothing: ask again.
        case pullAgain
        case abort
        /// Nobody waits for it any more.
        case ignore
    }

    private enum State {
        case idle
        case pulling
        case ready(rest: Int)
        case ended
        case broken
    }

    private(set) var isPaused = false
    private var state = State.idle
    /// What is missing to the announced length; nil where none was announced.
    private var missing: Int64?

    init(length: Int64?) {
        missing = length
    }

    mutating func wanted(_ limit: Int) -> Wanted {
        switch state {
        case .idle:
            state = .pulling
            isPaused = true
            return .pull
        case .pulling:
            isPaused = true
            return .wait
        case .ready(let rest): return .copy(limit: min(limit, rest))
        case .ended: return .end
        case .broken: return .refuse
        }
    }

    mutating func copied(_ count: Int) {
        guard case .ready(let rest) = state else { return }
        state = count < rest ? .ready(rest: rest - count) : .idle
    }

    /// The producer gave a piece of `count` bytes, or nil: its end.
    mutating func produced(_ count: Int?) -> Produced {
        guard case .pulling = state else { return .ignore }
        if count == 0 { return .pullAgain }
        if let missing {
            let left = missing - Int64(count ?? 0)
            guard count == nil ? left == 0 : left >= 0 else {
                state = .broken
                return .abort
            }
            self.missing = left
        }
        state = count.map { .ready(rest: $0) } ?? .ended
        isPaused = false
        return .resume
    }

    /// Nobody wants the rest. Returns whether there was a rest.
    mutating func stopped() -> Bool {
        switch state {
        case .ended, .broken: return false
        case .idle where missing == 0: return false
        case .idle, .pulling, .ready:
            state = .ended
            isPaused = false
            return true
        }
    }

    mutating func failed() -> Produced {
        guard case .pulling = state else { return .ignore }
        state = .broken
        return .abort
    }
}
