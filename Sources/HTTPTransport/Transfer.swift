import DequeModule
import HTTPTypes

/// One request under way: its state machine, the bytes in between, and whoever waits for it.
///
/// It belongs to the loop's queue. libcurl's callbacks end up here; they only change the state, keep or hand over bytes,
/// and resume those who wait. What needs libcurl in turn is done by `CurlCore`, after the callback.
final class Transfer {
    // Unsafe for being cheaper: `caller` and `reader` are emptied when they are resumed, and nothing else is.
    typealias Whole = UnsafeContinuation<Result<TransportResponse, TransportError>, Never>
    typealias Head = UnsafeContinuation<Result<StreamingResponse, TransportError>, Never>
    typealias Reader = UnsafeContinuation<Result<[UInt8]?, TransportError>, Never>

    /// Who waits for the answer, or for its head. Each is taken out when it is resumed, so that it is resumed once.
    enum Caller {
        case whole(Whole)
        case head(Head)
    }

    let id: UInt64
    var plan: RequestPlan
    var machine: TransferStateMachine
    var caller: Caller?
    var easy: CurlEasy?
    /// The producer of the request's body while it is at work on the next piece.
    var producer: Task<Void, Never>?
    /// Where a redirect leads that is followed.
    var redirect: String?
    /// The failure that a reader is still to be told of.
    var failure: TransportError?
    var producerError: (any Error)?

    private unowned let core: CurlCore
    private let handover: Handover
    private var status = 0
    private var fields = AnswerFields.received([])
    private var received: [UInt8] = []
    /// Whether `received` is what a reader was given last, kept for its storage.
    private var isGiven = false
    private var reader: Reader?
    private var isReaderDue = false
    /// What the producer gave and libcurl has not taken, and how much of the first it has.
    private var pieces: Deque<[UInt8]> = []
    private var copied = 0
    /// When a byte moved last, or whoever waits began to.
    var lastMove: ContinuousClock.Instant

    init(
        id: UInt64, plan: RequestPlan, machine: TransferStateMachine, caller: Caller, core: CurlCore,
        handover: Handover, now: ContinuousClock.Instant
    ) {
        self.id = id
        self.plan = plan
        self.machine = machine
        self.caller = caller
        self.core = core
        self.handover = handover
        lastMove = now
    }

    /// Whether one of the bodies, or both, may be large.
    var isStreamed: Bool {
        if case .streamed = machine.wanted.mode { true } else { machine.upload != nil }
    }

    func error(_ code: TransportError.Code, _ message: String) -> TransportError {
        TransportError(
            code, "\(plan.authority): \(message)", requestMayHaveArrived: machine.mayHaveArrived, cause: producerError)
    }

    // MARK: - Called by libcurl

    func willSend() -> Bool { machine.willSend() }

    /// A line of the head or of trailers. False stops the transfer.
    func receivedLine(_ line: UnsafeRawBufferPointer, _ easy: CurlEasy) -> Bool {
        guard machine.headerLine(line.count) else { return false }
        let isEnd = line.count <= 2 && line.allSatisfy { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
        return isEnd ? headEnded(easy) : true
    }

    func receivedBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        switch machine.bodyArrived(bytes.count) {
        case .keep: keep(bytes)
        case .giveAndKeep:
            resumeReader(.success(takeReceived()))
            keep(bytes)
        case .pause: return CurlEasy.pauseReceiving
        case .drop: break
        case .refuse: return 0
        }
        noteMove()
        return bytes.count
    }

    private func keep(_ bytes: UnsafeRawBufferPointer) {
        if isGiven {
            isGiven = false
            // If the reader has let go of its piece by now, the storage serves again, and no page is touched for the first
            // time. That is most of what a large body would cost otherwise.
            received.removeAll(keepingCapacity: true)
            if received.capacity > 1 << 20 { received = [] }
        }
        received.append(contentsOf: bytes)
        guard reader != nil, !isReaderDue else { return }
        isReaderDue = true
        handover.add(self)
    }

    func fillBody(_ room: UnsafeMutableRawBufferPointer) -> Int {
        switch machine.upload?.wanted(room.count) {
        case .copy(let count):
            fill(UnsafeMutableRawBufferPointer(rebasing: room[..<count]))
            machine.upload?.copied(count)
            noteMove()
            askProducer()
            return count
        case .pause:
            askProducer()
            return CurlEasy.pauseSending
        case .end: return 0
        case .refuse, nil: return CurlEasy.abortSending
        }
    }

    private func askProducer() {
        if machine.upload?.asks() == true { core.ask(producerOf: self) }
    }

    private func fill(_ room: UnsafeMutableRawBufferPointer) {
        var filled = 0
        while filled < room.count, let piece = pieces.first {
            let count = min(room.count - filled, piece.count - copied)
            piece.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: room[filled...]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: $0[copied..<copied + count]))
            }
            filled += count
            copied += count
            guard copied == piece.count else { continue }
            pieces.removeFirst()
            copied = 0
        }
    }

    private func headEnded(_ easy: CurlEasy) -> Bool {
        let status = easy.status
        let fields = status >= 200 && machine.phase == .asked ? easy.headerFields : .received([])
        let redirect = redirect(status: status, location: fields.all[.location])
        switch machine.headEnded(status: status, length: announcedLength(easy), redirect: redirect) {
        case .ignore: return true
        case .refuse: return false
        case .deliver(let stopUpload):
            if stopUpload {
                pieces = []
                core.stopUpload(of: self)
            }
            self.status = status
            self.fields = fields
            if case .head(let caller) = caller {
                self.caller = nil
                let response = StreamingResponse(
                    status: .init(code: status), headerFields: fields.all, body: ResponseBody(StreamReader(core, id)))
                caller.resume(returning: .success(response))
            } else if let length = announcedLength(easy) {
                // What is only announced takes no more memory than this.
                received.reserveCapacity(Int(min(length, 1 << 20)))
            }
            return true
        }
    }

    private func announcedLength(_ easy: CurlEasy) -> Int64? {
        plan.verb == .head ? nil : easy.contentLength
    }

    private func redirect(status: Int, location: @autoclosure () -> String?) -> TransferStateMachine.Redirect {
        guard machine.follows(status: status), let location = location() else { return .none }
        guard let target = RedirectTarget(location: location, from: plan.url), target.isSameOrigin else {
            return .elsewhere
        }
        redirect = target.url
        return .sameOrigin
    }

    // MARK: - Called by the core

    /// Takes in the producer's next piece.
    func keepPiece(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        if pieces.isEmpty { noteMove() }
        pieces.append(bytes)
    }

    /// All that is held of the body.
    func takeReceived() -> [UInt8] {
        isGiven = true
        return received
    }

    func wait(_ reader: Reader) {
        self.reader = reader
        noteMove()
    }

    /// Gives the reader who waits what has come for it.
    func handOver() {
        isReaderDue = false
        if machine.download.settled() { resumeReader(.success(takeReceived())) }
    }

    func resumeReader(_ result: Result<[UInt8]?, TransportError>) {
        reader?.resume(returning: result)
        reader = nil
    }

    /// Tells whoever waits how it ended. Returns whether a reader is still to come for the rest.
    func end(_ failure: TransportError?) -> Bool {
        self.failure = failure
        handOver()
        pieces = []
        let caller = caller.take()
        switch caller {
        case .whole(let caller):
            let response = TransportResponse(status: .init(code: status), fields: fields, body: takeReceived())
            caller.resume(returning: failure.map { .failure($0) } ?? .success(response))
            return false
        case .head(let caller):
            // An answer has always been delivered by now.
            caller.resume(returning: .failure(failure ?? error(.malformedResponse, "the answer has no head")))
            return false
        case nil:
            guard machine.download.ended() else { return true }
            resumeReader(failure.map { .failure($0) } ?? .success(nil))
            return false
        }
    }
}
