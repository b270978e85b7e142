/// The life of one request, as a value: what has happened, and what follows from what happens next.
///
/// Invariants
/// 1. A request is sent at most once to each address. libcurl would send it again, POST included, when a kept connection
///    ends before the answer; it announces each sending, and the second one is refused.
/// 2. The first reason for an end is the one that is told; what libcurl says afterwards is its consequence.
/// 3. `ended` is final: every later input asks for nothing.
///
/// States
/// - waiting -> connecting: `admitted`, there is a place on the wire
/// - connecting -> asked: `willSend`, libcurl has a connection
/// - asked -> answered: `headEnded`, with the final head
/// - answered -> connecting: `completed`, where the answer is a redirect that is followed
/// - any -> ended: `completed` or `aborted`
struct TransferStateMachine {
    enum Phase: Equatable {
        case waiting
        case connecting
        case asked
        case answered
        case ended
    }

    struct Limits {
        var headerBytes: Int
        var headerCount: Int
        var redirects: Int
        /// Of a redirect's own body, which nobody wants.
        var redirectBody = 1 << 20
    }

    /// Why it ends without a whole answer.
    struct Reason: Equatable {
        var code: TransportError.Code
        var message: String
    }

    /// Where an answer leads that is a redirect and may be followed.
    enum Redirect: Equatable {
        case none
        case sameOrigin
        case elsewhere
    }

    enum Head: Equatable {
        /// Interim answers and trailers.
        case ignore
        /// The final head: whoever waits for it alone gets it now. `stopUpload` says that the rest of the request's body is
        /// of no use any more: libcurl, if it is paused, must be let go on to find its end.
        case deliver(stopUpload: Bool)
        case refuse
    }

    enum Outcome: Equatable {
        case answer
        case follow
        case failure(Reason)
        case nothing
    }

    enum Abort: Equatable {
        case leaveQueue
        case leaveCurl
        case nothing
    }

    /// What only the server can give.
    enum Awaited: Equatable {
        /// Its answer; a connection, or a place on the wire, before that.
        case answer
        /// The next bytes of its body, or room for those of ours.
        case progress
    }

    private(set) var phase = Phase.waiting
    private(set) var reason: Reason?
    /// Whether a byte of the request may have reached the server.
    private(set) var mayHaveArrived = false
    /// What is done with the answer's body, unless it is a redirect's.
    let wanted: DownloadFlow
    var download: DownloadFlow
    var upload: UploadFlow?

    private let limits: Limits
    private var redirectsFollowed = 0
    private var isFollowing = false
    private var headerBytes = 0
    private var headerCount = 0

    init(delivery: DownloadFlow.Mode, upload: UploadFlow?, limits: Limits) {
        wanted = DownloadFlow(delivery)
        download = wanted
        self.upload = upload
        self.limits = limits
    }

    /// What it waits for; nil while a reader or a producer holds it up.
    var awaited: Awaited? {
        switch phase {
        case .waiting, .connecting: .answer
        case .asked where upload?.isOver ?? true: .answer
        case .asked: upload?.waitsForServer == true ? .progress : nil
        case .answered: download.waitsForServer || upload?.waitsForServer == true ? .progress : nil
        case .ended: nil
        }
    }

    mutating func admitted() {
        guard phase == .waiting else { return }
        phase = .connecting
    }

    /// libcurl is about to send the request. False: it must not (invariant 1).
    mutating func willSend() -> Bool {
        guard phase == .connecting else {
            fail(.reset, "the connection ended before an answer came")
            return false
        }
        phase = .asked
        mayHaveArrived = true
        return true
    }

    /// A line of a head or of trailers. False: there are too many of them, or too long ones.
    mutating func headerLine(_ count: Int) -> Bool {
        headerBytes += count
        headerCount += 1
        guard headerBytes <= limits.headerBytes, headerCount <= limits.headerCount else {
            fail(.headersTooLarge, "the head of the answer is larger than the limit")
            return false
        }
        return true
    }

    /// Whether `headEnded` needs to know where an answer of this status leads.
    func follows(status: Int) -> Bool {
        limits.redirects > 0 && [301, 302, 303, 307, 308].contains(status)
    }

    /// A head is complete. `length` is that of the body, where it is announced.
    mutating func headEnded(status: Int, length: Int64?, redirect: Redirect) -> Head {
        guard phase == .asked, status >= 200 else { return .ignore }
        phase = .answered
        switch redirect {
        case .none: break
        case .elsewhere:
            fail(.redirect, "the answer leads to another server, which must not see our credentials")
            return .refuse
        case .sameOrigin:
            guard redirectsFollowed < limits.redirects else {
                fail(.redirect, "more than \(limits.redirects) redirects")
                return .refuse
            }
            isFollowing = true
            download = DownloadFlow(.dropped(limit: limits.redirectBody))
        }
        if let length, !download.accepts(length: length) {
            fail(.bodyTooLarge, "the body of the answer is larger than the limit")
            return .refuse
        }
        return isFollowing ? .ignore : .deliver(stopUpload: status >= 300 && upload?.stopped() == true)
    }

    mutating func bodyArrived(_ count: Int) -> DownloadFlow.Arrival {
        let arrival = reason == nil ? download.arrived(count) : .refuse
        if arrival == .refuse { fail(.bodyTooLarge, "the body of the answer is larger than the limit") }
        return arrival
    }

    /// libcurl is done with it, for the reason it gives or, where it gives none, because all is there.
    mutating func completed(_ failure: Reason?) -> Outcome {
        guard phase != .ended else { return .nothing }
        if let failure { fail(failure.code, failure.message) }
        if reason == nil, phase != .answered { fail(.malformedResponse, "the answer has no head") }
        if reason == nil, isFollowing {
            isFollowing = false
            redirectsFollowed += 1
            phase = .connecting
            headerBytes = 0
            headerCount = 0
            download = wanted
            return .follow
        }
        phase = .ended
        return reason.map { .failure($0) } ?? .answer
    }

    /// The caller, the clock or the transport ends it. Says what must be left.
    mutating func aborted(_ reason: Reason) -> Abort {
        let before = phase
        fail(reason.code, reason.message)
        phase = .ended
        return switch before {
        case .ended: .nothing
        case .waiting: .leaveQueue
        case .connecting, .asked, .answered: .leaveCurl
        }
    }

    private mutating func fail(_ code: TransportError.Code, _ message: String) {
        guard reason == nil, phase != .ended else { return }
        reason = Reason(code: code, message: message)
    }
}
