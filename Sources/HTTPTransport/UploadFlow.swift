/// How a streamed request body gets from its producer to libcurl: asked for when libcurl first wants bytes, and from then on
/// ahead of it, so that neither waits for the other.
///
/// Invariants
/// 1. The producer is asked for one piece at a time, and only while fewer than `capacity` bytes are held.
/// 2. No more than the announced length is ever held or given, and no end before it.
/// 3. It is paused only while nothing is held: the next piece resumes it.
///
/// States of the producer
/// - idle -> asked: `asks`
/// - asked -> idle: `produced`, with a piece
/// - asked -> ended: `produced`, it has no more and has kept to its length
/// - asked -> broken: `produced`, it has not kept to its length; `failed`, it threw
/// - any -> ended: `stopped`, the server has refused the request without waiting for all of it
struct UploadFlow {
    enum Wanted: Equatable {
        case copy(limit: Int)
        case pause
        case end
        case refuse
    }

    enum Produced: Equatable {
        case keep
        /// Keep it, and let libcurl go on.
        case keepAndResume
        case abort
        /// Nobody waits for it any more.
        case ignore
    }

    private enum Producer {
        case idle
        case asked
        case ended
        case broken
    }

    private(set) var isPaused = false
    private let capacity: Int
    private var producer = Producer.idle
    private var held = 0
    private var hasBegun = false
    /// What the producer is still to give of the announced length; nil where none was announced.
    private var missing: Int64?

    init(length: Int64?, capacity: Int) {
        missing = length
        self.capacity = capacity
    }

    /// Whether libcurl has, or will be given, nothing more.
    var isOver: Bool { held == 0 && (producer == .ended || missing == 0) }

    /// Whether only the server can let it go on: there are bytes for it to take.
    var waitsForServer: Bool { held > 0 }

    mutating func wanted(_ limit: Int) -> Wanted {
        hasBegun = true
        if producer == .broken { return .refuse }
        if held > 0 { return .copy(limit: min(limit, held)) }
        if isOver { return .end }
        isPaused = true
        return .pause
    }

    mutating func copied(_ count: Int) {
        held -= count
    }

    /// Whether the producer is to be asked for a piece now.
    mutating func asks() -> Bool {
        guard producer == .idle, hasBegun, missing != 0, held < capacity else { return false }
        producer = .asked
        return true
    }

    /// The producer gave a piece of `count` bytes, or nil: its end.
    mutating func produced(_ count: Int?) -> Produced {
        guard producer == .asked else { return .ignore }
        if let missing {
            let left = missing - Int64(count ?? 0)
            guard count == nil ? left == 0 : left >= 0 else {
                producer = .broken
                return .abort
            }
            self.missing = left
        }
        producer = count == nil ? .ended : .idle
        held += count ?? 0
        // An empty piece says nothing.
        guard isPaused, count != 0 else { return .keep }
        isPaused = false
        return .keepAndResume
    }

    mutating func failed() -> Produced {
        guard producer == .asked else { return .ignore }
        producer = .broken
        return .abort
    }

    /// Nobody wants the rest. Returns whether there was a rest.
    mutating func stopped() -> Bool {
        guard producer != .broken, !isOver else { return false }
        producer = .ended
        held = 0
        isPaused = false
        return true
    }
}
