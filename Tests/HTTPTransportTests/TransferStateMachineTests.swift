import TestSupport
import Testing

@testable import HTTPTransport

@Suite struct TransferStateMachineTests {
    private typealias Reason = TransferStateMachine.Reason

    private func machine(
        _ delivery: DownloadFlow.Mode = .whole(limit: 100), upload: UploadFlow? = nil, redirects: Int = 0
    ) -> TransferStateMachine {
        TransferStateMachine(
            delivery: delivery, upload: upload,
            limits: .init(headerBytes: 100, headerCount: 5, redirects: redirects, redirectBody: 10))
    }

    private func asked(redirects: Int = 0, upload: UploadFlow? = nil) -> TransferStateMachine {
        var machine = machine(upload: upload, redirects: redirects)
        machine.admitted()
        #expect(machine.willSend() == true)
        return machine
    }

    @Test func `an ordinary request goes through its states once`() {
        var machine = machine()
        #expect(machine.phase == .waiting && !machine.mayHaveArrived)
        machine.admitted()
        #expect(machine.phase == .connecting && !machine.mayHaveArrived)
        #expect(machine.willSend() == true)
        #expect(machine.phase == .asked && machine.mayHaveArrived)
        #expect(machine.headerLine(20) == true)
        #expect(machine.headEnded(status: 200, length: 5, redirect: .none) == .deliver(stopUpload: false))
        #expect(machine.bodyArrived(5) == .keep)
        #expect(machine.completed(nil) == .answer)
        #expect(machine.phase == .ended)
        #expect(machine.completed(nil) == .nothing)
        #expect(machine.aborted(Reason(code: .timeout, message: "")) == .nothing)
        #expect(machine.reason == nil)
    }

    @Test func `a second sending is refused, and is the reason whatever libcurl says`() {
        var machine = asked()
        #expect(machine.willSend() == false)
        #expect(machine.completed(Reason(code: .library, message: "aborted by callback")) == .failure(machine.reason!))
        #expect(machine.reason?.code == .reset && machine.mayHaveArrived)
    }

    @Test(arguments: [
        (0, TransferStateMachine.Abort.leaveQueue, false), (1, .leaveCurl, false), (2, .leaveCurl, true),
        (3, .leaveCurl, true), (4, .nothing, true),
    ])
    func `what an abort leaves depends on how far it had come, and it ends once`(
        steps: Int, left: TransferStateMachine.Abort, mayHaveArrived: Bool
    ) {
        var machine = machine()
        if steps > 0 { machine.admitted() }
        if steps > 1 { _ = machine.willSend() }
        if steps > 2 { _ = machine.headEnded(status: 200, length: nil, redirect: .none) }
        if steps > 3 { _ = machine.completed(nil) }
        #expect(machine.aborted(Reason(code: .timeout, message: "late")) == left)
        #expect(machine.aborted(Reason(code: .cancelled, message: "later")) == .nothing)
        #expect(machine.reason?.code == (steps > 3 ? nil : .timeout))
        #expect(machine.mayHaveArrived == mayHaveArrived)
        #expect(machine.completed(nil) == .nothing)
    }

    @Test func `interim heads and trailers are passed over, their lines count`() {
        var machine = asked()
        #expect(machine.headEnded(status: 100, length: nil, redirect: .none) == .ignore)
        #expect(machine.headEnded(status: 103, length: nil, redirect: .none) == .ignore)
        #expect(machine.headEnded(status: 200, length: nil, redirect: .none) == .deliver(stopUpload: false))
        #expect(machine.headEnded(status: 200, length: nil, redirect: .none) == .ignore)
        for _ in 0..<5 { #expect(machine.headerLine(10) == true) }
        #expect(machine.headerLine(10) == false)
        #expect(machine.reason?.code == .headersTooLarge)
    }

    @Test func `a head is limited in bytes and in lines`() {
        var long = asked()
        #expect(long.headerLine(100) == true)
        #expect(long.headerLine(1) == false)
        #expect(long.reason?.code == .headersTooLarge)
        var many = asked()
        for _ in 0..<5 { #expect(many.headerLine(1) == true) }
        #expect(many.headerLine(1) == false)
    }

    @Test func `a body beyond the limit is refused when it is announced and when it comes`() {
        var announced = asked()
        #expect(announced.headEnded(status: 200, length: 101, redirect: .none) == .refuse)
        #expect(announced.reason?.code == .bodyTooLarge)
        var silent = asked()
        _ = silent.headEnded(status: 200, length: nil, redirect: .none)
        #expect(silent.bodyArrived(100) == .keep)
        #expect(silent.bodyArrived(1) == .refuse)
        #expect(silent.bodyArrived(1) == .refuse)
        #expect(silent.completed(Reason(code: .library, message: "write error")) == .failure(silent.reason!))
        #expect(silent.reason?.code == .bodyTooLarge)
    }

    @Test func `success without a head is a malformed answer`() {
        var machine = asked()
        guard case .failure(let reason) = machine.completed(nil) else { return #expect(Bool(false)) }
        #expect(reason.code == .malformedResponse)
    }

    @Test func `a redirect within the origin starts anew with fresh limits, up to the limit of redirects`() {
        var machine = asked(redirects: 2)
        for _ in 0..<2 {
            for _ in 0..<5 { #expect(machine.headerLine(20) == true) }
            #expect(machine.headEnded(status: 302, length: 4, redirect: .sameOrigin) == .ignore)
            #expect(machine.bodyArrived(4) == .drop)
            #expect(machine.completed(nil) == .follow)
            #expect(machine.phase == .connecting)
            #expect(machine.willSend() == true, "another address may be asked once, too")
            #expect(machine.download.mode == .whole(limit: 100))
        }
        #expect(machine.headEnded(status: 302, length: 4, redirect: .sameOrigin) == .refuse)
        #expect(machine.reason?.code == .redirect)
    }

    @Test func `a redirect fails to another origin, when its own body is endless, and when it breaks off`() {
        var elsewhere = asked(redirects: 2)
        #expect(elsewhere.headEnded(status: 302, length: nil, redirect: .elsewhere) == .refuse)
        #expect(elsewhere.reason?.code == .redirect)
        var endless = asked(redirects: 2)
        #expect(endless.headEnded(status: 302, length: nil, redirect: .sameOrigin) == .ignore)
        #expect(endless.bodyArrived(11) == .refuse)
        var broken = asked(redirects: 2)
        #expect(broken.headEnded(status: 302, length: nil, redirect: .sameOrigin) == .ignore)
        let reason = Reason(code: .reset, message: "gone")
        #expect(broken.completed(reason) == .failure(reason))
    }

    @Test func `it waits for the server until the answer is there, and not while a producer or a reader takes time`() {
        var machine = machine(.streamed(capacity: 10), upload: UploadFlow(length: 3, capacity: 10))
        #expect(machine.awaited == .answer, "a place on the wire")
        machine.admitted()
        #expect(machine.awaited == .answer, "a connection")
        _ = machine.willSend()
        _ = machine.upload?.wanted(10)
        #expect(machine.upload?.asks() == true)
        #expect(machine.awaited == nil, "the producer is at work")
        _ = machine.upload?.produced(3)
        #expect(machine.awaited == .progress, "there are bytes to take")
        machine.upload?.copied(3)
        #expect(machine.awaited == .answer)
        _ = machine.headEnded(status: 200, length: nil, redirect: .none)
        #expect(machine.awaited == nil, "no reader has come")
        _ = machine.download.pulled()
        #expect(machine.awaited == .progress)
        _ = machine.completed(nil)
        #expect(machine.awaited == nil)
    }

    @Test func `only the five redirects are followed, and only where redirects are`() {
        let following = machine(redirects: 1)
        #expect((200..<600).filter { following.follows(status: $0) } == [301, 302, 303, 307, 308])
        #expect(!machine().follows(status: 302))
    }

    @Test func `a refusal stops an upload that is not over, a success does not`() {
        for (status, stops) in [(200, false), (299, false), (300, true), (413, true), (503, true)] {
            var machine = asked(upload: UploadFlow(length: nil, capacity: 10))
            #expect(machine.upload?.wanted(10) == .pause)
            #expect(machine.headEnded(status: status, length: nil, redirect: .none) == .deliver(stopUpload: stops))
            #expect(machine.upload?.wanted(10) == (stops ? .end : .pause))
        }
        var over = asked(upload: UploadFlow(length: 0, capacity: 10))
        #expect(over.headEnded(status: 503, length: nil, redirect: .none) == .deliver(stopUpload: false))
    }

    /// Whatever happens in whatever order: it ends once, nothing follows the end, and the reason never changes.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func `at random the invariants hold`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var machine = machine(redirects: 2)
        var ends = 0
        var sendings = 0
        var follows = 0
        for _ in 0..<60 {
            let before = machine
            switch Int.random(in: 0..<8, using: &random) {
            case 0: machine.admitted()
            case 1: if machine.phase != .waiting, machine.willSend() { sendings += 1 }
            case 2: _ = machine.headerLine(Int.random(in: 0..<60, using: &random))
            case 3:
                _ = machine.headEnded(
                    status: Int.random(in: 100..<600, using: &random), length: nil,
                    redirect: [.none, .none, .sameOrigin, .elsewhere].randomElement(using: &random)!)
            case 4: _ = machine.bodyArrived(Int.random(in: 0..<60, using: &random))
            case 5 where machine.phase != .waiting:
                switch machine.completed(Bool.random(using: &random) ? nil : Reason(code: .reset, message: "gone")) {
                case .follow: follows += 1
                case .nothing: #expect(before.phase == .ended, "seed \(seed)")
                case .answer, .failure: ends += 1
                }
            case 6 where Int.random(in: 0..<5, using: &random) == 0:
                let abort = machine.aborted(Reason(code: .cancelled, message: "bye"))
                #expect((abort == .nothing) == (before.phase == .ended), "seed \(seed)")
                if abort != .nothing { ends += 1 }
            default: break
            }
            #expect(sendings <= follows + 1, "seed \(seed)")
            if let reason = before.reason { #expect(machine.reason == reason, "seed \(seed)") }
            if before.phase == .ended { #expect(machine.phase == .ended, "seed \(seed)") }
            #expect(ends == (machine.phase == .ended ? 1 : 0), "seed \(seed)")
        }
    }
}
