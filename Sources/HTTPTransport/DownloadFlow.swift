/// How a response's body gets from libcurl to whoever wants it.
///
/// libcurl brings a body in small pieces, many in one call. They are kept until the call is over, and handed over in one:
/// to wake a reader for each would cost more than the bytes do.
///
/// Invariants
/// 1. `held` bytes are kept and not given away yet; a streamed body holds no more than its capacity, or one piece.
/// 2. Between calls into libcurl, a reader waits only while nothing is held and the body has not ended.
/// 3. It is paused only while something is held: whoever takes that, resumes it.
struct DownloadFlow {
    enum Mode: Equatable {
        /// Collected; more than `limit` bytes are refused.
        case whole(limit: Int)
        /// Handed to a reader piece by piece.
        case streamed(capacity: Int)
        /// Read to its end for the connection's sake; more than `limit` bytes are not worth it.
        case dropped(limit: Int)
    }

    enum Arrival: Equatable {
        case keep
        /// Hand all that is held to the reader who waits, and then keep this piece.
        case giveAndKeep
        /// Keep nothing; libcurl holds this piece and brings it again.
        case pause
        case drop
        case refuse
    }

    enum Pull: Equatable {
        /// Hand over all that is held, then, where it was paused, let libcurl go on.
        case give(resume: Bool)
        case wait
        case end
        /// Somebody waits already: a body has one reader.
        case refuse
    }

    let mode: Mode
    private(set) var isPaused = false
    private(set) var readerWaits = false
    private var held = 0
    private var total = 0
    private var hasEnded = false

    init(_ mode: Mode) {
        self.mode = mode
    }

    /// Whether only the server can give what is wanted next.
    var waitsForServer: Bool {
        switch mode {
        case .whole, .dropped: !hasEnded
        case .streamed: readerWaits && held == 0
        }
    }

    /// Whether a body of this announced length can be taken at all.
    func accepts(length: Int64) -> Bool {
        switch mode {
        case .whole(let limit), .dropped(let limit): length <= Int64(limit)
        case .streamed: true
        }
    }

    mutating func arrived(_ count: Int) -> Arrival {
        switch mode {
        case .whole(let limit):
            total += count
            return total <= limit ? .keep : .refuse
        case .dropped(let limit):
            total += count
            return total <= limit ? .drop : .refuse
        case .streamed(let capacity):
            if held == 0 || held + count <= capacity {
                held += count
                return .keep
            }
            guard readerWaits else {
                isPaused = true
                return .pause
            }
            readerWaits = false
            held = count
            return .giveAndKeep
        }
    }

    /// The call into libcurl is over. Returns whether to hand all that is held to the reader who waits.
    mutating func settled() -> Bool {
        guard readerWaits, held > 0 else { return false }
        readerWaits = false
        held = 0
        return true
    }

    mutating func pulled() -> Pull {
        if readerWaits { return .refuse }
        if held > 0 {
            held = 0
            defer { isPaused = false }
            return .give(resume: isPaused && !hasEnded)
        }
        if hasEnded { return .end }
        readerWaits = true
        return .wait
    }

    /// The last byte has arrived, or no more will. Returns whether a reader waits to hear of it.
    mutating func ended() -> Bool {
        hasEnded = true
        defer { readerWaits = false }
        return readerWaits
    }
}
