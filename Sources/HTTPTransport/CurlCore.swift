import CCurl
import Dispatch
import Loop

/// What the transport does on the loop: it owns libcurl's handles, the requests under way, and their deadlines.
///
/// An actor on the loop's executor. Dispatch and callers enter by `enter` or `assumeIsolated`; libcurl's callbacks run
/// inside of its calls and reach only objects that belong to it. Continuations are resumed anywhere, since what they
/// resume never runs at once; libcurl's own functions are never called from its callbacks.
actor CurlCore {
    /// How often it looks for more before it has Dispatch tell it again, which takes two threads a wake-up each. What a fast peer
    /// sends meanwhile is there by then; others on the loop wait for no more than this.
    private static let looks = 4

    nonisolated let executor: DispatchExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let configuration: TransportConfiguration
    /// Made for the first request, gone after shutdown.
    private var multi: CurlMulti?
    private var alarm: Alarm?
    private var callIsComing = false
    /// Made once, since it is wanted for every request.
    private lazy var call = DispatchWorkItem { [weak self] in self?.assumeIsolated { $0.callHasCome() } }
    private var isShutDown = false

    private(set) var transfers: [UInt64: Transfer] = [:]
    private var admission: AdmissionQueue<UInt64>
    /// Whose turn it is.
    private var admitted: UInt64?
    private var isLaunching = false
    private var deadlines = TimerQueue()
    private let handover = Handover()
    /// The one that was used last is used first.
    private var idle: [CurlEasy] = []

    init(executor: DispatchExecutor, configuration: TransportConfiguration) {
        self.executor = executor
        self.configuration = configuration
        admission = AdmissionQueue(hostLimit: configuration.hostLimit, waitingLimit: configuration.waitingLimit)
    }

    /// Runs `body` on the loop: at once for a caller who is there already, else as soon as it is its turn.
    nonisolated func enter(_ body: @escaping @Sendable (isolated CurlCore) -> Void) {
        if executor.isCurrent { assumeIsolated(body) } else { enterSoon(body) }
    }

    /// The same for those who may be inside of a callback or hold a lock.
    nonisolated func enterSoon(_ body: @escaping @Sendable (isolated CurlCore) -> Void) {
        executor.queue.async { self.assumeIsolated(body) }
    }

    // MARK: - What callers want

    func start(
        _ id: UInt64, _ plan: RequestPlan, _ delivery: DownloadFlow.Mode, _ caller: Transfer.Caller,
        isCancelled: CancellationMark
    ) {
        var upload: UploadFlow?
        if case .stream(let length, _) = plan.body {
            upload = UploadFlow(length: length, capacity: configuration.streamBuffer)
        }
        let limits = TransferStateMachine.Limits(
            headerBytes: configuration.headerBytesLimit, headerCount: configuration.headerCountLimit,
            redirects: plan.redirects)
        let now = ContinuousClock.now
        let machine = TransferStateMachine(delivery: delivery, upload: upload, limits: limits)
        let transfer = Transfer(
            id: id, plan: plan, machine: machine, caller: caller, core: self, handover: handover, now: now)
        transfers[id] = transfer
        if isCancelled.isSet { return abort(transfer, .cancelled, "the caller was cancelled") }
        if isShutDown { return abort(transfer, .shutdown, "the transport is shut down") }
        look(at: transfer, now: now)
        if transfer.machine.phase == .ended { return }
        switch admission.enter(id, origin: plan.origin) {
        case .go: launch(transfer)
        case .wait: break
        case .full: abort(transfer, .overloaded, "too many requests wait for their turn")
        }
    }

    func cancel(_ id: UInt64) {
        guard let transfer = transfers[id] else { return }
        abort(transfer, .cancelled, "the caller was cancelled")
    }

    /// Nobody will come for the rest of a body.
    func abandon(_ id: UInt64) {
        cancel(id)
        transfers[id] = nil
    }

    /// The next piece of a streamed body, when there is one.
    func read(_ id: UInt64, _ reader: Transfer.Reader) {
        guard let transfer = transfers[id] else { return reader.resume(returning: .success(nil)) }
        switch transfer.machine.download.pulled() {
        case .wait: transfer.wait(reader)
        case .refuse:
            reader.resume(returning: .failure(transfer.error(.invalidRequest, "the body has a reader already")))
        case .end:
            transfers[id] = nil
            reader.resume(returning: transfer.failure.map { .failure($0) } ?? .success(nil))
        case .give(let resume):
            reader.resume(returning: .success(transfer.takeReceived()))
            if resume { self.resume(transfer) }
        }
    }

    func shutdown() {
        isShutDown = true
        for transfer in transfers.values { abort(transfer, .shutdown, "the transport is shut down") }
        idle = []
        multi = nil
        alarm = nil
    }

    // MARK: - What Dispatch tells

    private func socketsAreReady() {
        for _ in 0..<Self.looks {
            guard multi?.socketsAreReady() == true else { return }
            settle()
        }
    }

    private func callHasCome() {
        callIsComing = false
        multi?.timeHasCome()
        settle()
    }

    private func alarmRings() {
        alarm?.hasRung()
        let now = ContinuousClock.now
        if let due = multi?.due, due <= now { multi?.timeHasCome() }
        while let id = deadlines.next(dueBy: now) {
            guard let transfer = transfers[id] else { continue }
            look(at: transfer, now: now)
        }
        settle()
        alarm?.set(for: nextWake())
    }

    /// Ends it if it is late, else comes back to look again.
    private func look(at transfer: Transfer, now: ContinuousClock.Instant) {
        switch transfer.lateness(at: now) {
        case .late(let why): abort(transfer, .timeout, why)
        case .lookAgain(let time):
            deadlines.add(transfer.id, at: time)
            ring(by: time)
        }
    }

    /// After each call into libcurl: gives readers what has come, takes out what is done, and sees when to come back.
    func settle() {
        handover.settle()
        while let (easy, code) = multi?.nextDone() { completed(easy, code) }
        if let due = multi?.due { ring(by: due) }
    }

    /// Has the alarm ring at this time at the latest. Ringing for what is over by then costs less than to reckon, for each
    /// request, what the next time is.
    private func ring(by time: ContinuousClock.Instant) {
        if alarm == nil {
            alarm = Alarm(queue: executor.queue) { [weak self] in self?.assumeIsolated { $0.alarmRings() } }
        }
        alarm?.set(for: time)
    }

    /// When it wants to be woken though nothing happens; nil while it is idle.
    func nextWake() -> ContinuousClock.Instant? {
        [multi?.due, deadlines.earliest()].compactMap(\.self).min()
    }

    // MARK: - The way of a transfer

    private func launch(_ transfer: Transfer) {
        transfer.machine.admitted()
        do throws(CurlFailure) {
            let multi = try openMulti()
            let easy = try idleEasy(CurlEasy.Kind(trust: transfer.plan.trust, isStreamed: transfer.isStreamed), multi)
            transfer.easy = easy
            easy.transfer = transfer
            try easy.prepare(transfer.plan)
            try multi.add(easy)
        } catch {
            abort(transfer, .library, error.message)
        }
    }

    private func idleEasy(_ kind: CurlEasy.Kind, _ multi: CurlMulti) throws(CurlFailure) -> CurlEasy {
        if let index = idle.lastIndex(where: { $0.kind == kind }) { return idle.remove(at: index) }
        return try CurlEasy(kind, configuration: configuration, sockets: multi.sockets)
    }

    private func completed(_ easy: CurlEasy, _ code: CURLcode) {
        guard let transfer = easy.transfer else { return }
        let failure = TransferStateMachine.Reason(
            code, message: easy.message(for: code), phase: transfer.machine.phase)
        switch transfer.machine.completed(failure) {
        case .nothing: break
        case .answer: end(transfer, nil)
        case .failure(let reason): end(transfer, transfer.error(reason.code, reason.message))
        case .follow:
            release(transfer)
            if let target = transfer.redirect.take() { transfer.plan.url = target }
            launch(transfer)
        }
    }

    func abort(_ transfer: Transfer, _ code: TransportError.Code, _ message: String) {
        let error = transfer.error(code, message)
        switch transfer.machine.aborted(.init(code: code, message: message)) {
        case .nothing: return
        case .leaveQueue:
            admission.abandon(transfer.id, origin: transfer.plan.origin)
            end(transfer, error, hadPlace: false)
        case .leaveCurl: end(transfer, error)
        }
    }

    private func end(_ transfer: Transfer, _ failure: TransportError?, hadPlace: Bool = true) {
        release(transfer)
        transfer.producer?.cancel()
        deadlines.remove(transfer.id)
        if !transfer.end(failure) { transfers[transfer.id] = nil }
        guard hadPlace, !isShutDown, let next = admission.leave(origin: transfer.plan.origin) else { return }
        admitted = next
        launchAdmitted()
    }

    /// One after another, and not one inside of the other: a launch that fails at once ends a transfer, too.
    private func launchAdmitted() {
        guard !isLaunching else { return }
        isLaunching = true
        defer { isLaunching = false }
        while let id = admitted.take() {
            if let transfer = transfers[id] { launch(transfer) }
        }
    }

    /// Takes the easy handle out of libcurl, which closes a connection that is in the middle of something, and keeps it
    /// for the next request.
    private func release(_ transfer: Transfer) {
        guard let easy = transfer.easy.take() else { return }
        multi?.remove(easy)
        easy.finish()
        idle.append(easy)
        if idle.count > configuration.hostLimit { idle.removeFirst() }
    }

    /// Lets libcurl go on with a transfer that was paused. It may call back at once.
    func resume(_ transfer: Transfer) {
        guard let easy = transfer.easy else { return }
        let paused = (transfer.machine.download.isPaused, transfer.machine.upload?.isPaused ?? false)
        let code = easy.resume(stillPaused: paused)
        // A callback's refusal ends the call, and is not told of in any other way.
        if code != CURLE_OK { completed(easy, code) }
    }

    private func openMulti() throws(CurlFailure) -> CurlMulti {
        if let multi { return multi }
        let multi = try CurlMulti(
            queue: executor.queue, connectionLimit: configuration.connectionLimit,
            ready: { [weak self] in self?.assumeIsolated { $0.socketsAreReady() } },
            callSoon: { [weak self] in self?.assumeIsolated { $0.callSoon() } })
        self.multi = multi
        return multi
    }

    /// libcurl wants to be called, which it must not be from the callback by which it says so.
    private func callSoon() {
        guard !callIsComing else { return }
        callIsComing = true
        executor.queue.async(execute: call)
    }
}
