/// How far a connection has come with its client.
///
/// Invariants:
/// 1. `owed` counts the requests whose head has come and whose answer has not ended.
/// 2. `isReading` is true from a request's head to its end. Answers go out in the order of the requests, so the one that is
///    being read is the one that is answered only where no other is owed.
/// 3. An answer that ends before its request has is the last one: what is still coming is not worth reading.
///
/// | from | to | by |
/// |---|---|---|
/// | opening, idle | head | the connection is opened, or the first bytes come |
/// | head, working | body | a request's head |
/// | body | working | a request's end |
/// | working, body | idle | the end of the only answer that is owed |
/// | body | lingering | the end of the answer to the request that is being read |
/// | any | lingering | what comes is no HTTP |
struct ConnectionStage: Equatable {
    enum Stage: Equatable {
        /// Between two requests.
        case idle
        /// A head is due.
        case head
        /// A head has come, its body has not yet.
        case body
        /// An answer is due, from us.
        case working
        /// The last answer is out; the client is given the time to take it.
        case lingering
    }

    private(set) var stage = Stage.idle
    private(set) var owed = 0
    private(set) var isReading = false

    /// Whether it is the client that has to go on.
    var waitsForClient: Bool { stage != .working }
    /// Whether an answer that begins now is the last one (3).
    var answersUnread: Bool { isReading && owed == 1 }
    /// Whether the connection is of no further use.
    private(set) var isOver = false

    mutating func opened() { stage = .head }

    mutating func bytesCame() {
        if stage == .idle { stage = .head }
    }

    mutating func headCame() {
        guard stage != .lingering else { return }
        owed += 1
        isReading = true
        stage = .body
    }

    mutating func endCame() {
        isReading = false
        if stage == .lingering { isOver = true } else { stage = .working }
    }

    mutating func inputClosed() {
        if stage == .lingering { isOver = true }
    }

    /// What came is no HTTP: nothing behind it can be read. Answers that are owed still go out.
    mutating func inputBroke() {
        isReading = false
        stage = .lingering
    }

    mutating func answerEnded() {
        if owed > 0 { owed -= 1 }
        guard owed == 0, stage != .lingering else { return }
        stage = isReading ? .lingering : .idle
    }
}
