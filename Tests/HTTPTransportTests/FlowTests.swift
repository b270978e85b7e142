import TestSupport
import Testing

@testable import HTTPTransport

@Suite struct DownloadFlowTests {
    @Test func `without a reader a streamed body is kept up to its capacity, then paused`() {
        var flow = DownloadFlow(.streamed(capacity: 10))
        #expect(flow.arrived(6) == .keep)
        #expect(flow.arrived(4) == .keep)
        #expect(flow.arrived(1) == .pause && flow.isPaused)
        #expect(flow.pulled() == .give(resume: true))
        #expect(!flow.isPaused)
        #expect(flow.arrived(1) == .keep)
        #expect(flow.pulled() == .give(resume: false))
    }

    @Test func `a piece larger than the capacity is taken where nothing is held`() {
        var flow = DownloadFlow(.streamed(capacity: 10))
        #expect(flow.arrived(11) == .keep)
        #expect(flow.arrived(1) == .pause)
    }

    @Test func `a reader who waits gets what comes, and is one`() {
        var flow = DownloadFlow(.streamed(capacity: 10))
        #expect(flow.pulled() == .wait)
        #expect(flow.pulled() == .refuse)
        #expect(flow.arrived(3) == .give)
        #expect(flow.arrived(3) == .keep)
        #expect(flow.pulled() == .give(resume: false))
    }

    @Test func `what is held is given after the end, too, and then the end`() {
        var flow = DownloadFlow(.streamed(capacity: 10))
        _ = flow.arrived(10)
        _ = flow.arrived(1)
        #expect(flow.ended() == false)
        #expect(flow.pulled() == .give(resume: false), "there is nothing to go on with")
        #expect(flow.pulled() == .end)
        #expect(flow.pulled() == .end)
    }

    @Test func `a reader who waits hears of the end`() {
        var flow = DownloadFlow(.streamed(capacity: 10))
        #expect(flow.pulled() == .wait)
        #expect(flow.ended() == true)
        #expect(flow.pulled() == .end)
    }

    @Test func `only bodies that are not streamed have limits`() {
        #expect(DownloadFlow(.whole(limit: 5)).accepts(length: 5) && !DownloadFlow(.whole(limit: 5)).accepts(length: 6))
        #expect(!DownloadFlow(.dropped(limit: 5)).accepts(length: 6))
        #expect(DownloadFlow(.streamed(capacity: 1)).accepts(length: .max))
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `at random no byte is lost, no more than the capacity is held, and a pause is always lifted`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var flow = DownloadFlow(.streamed(capacity: 10))
        var held = 0
        var offered: Int?
        var (sent, got) = (0, 0)
        for _ in 0..<500 {
            if Bool.random(using: &random) {
                // As libcurl does: a piece that was refused is brought again, and none while it is paused.
                guard !flow.isPaused else { continue }
                let piece = offered ?? Int.random(in: 1...10, using: &random)
                offered = nil
                switch flow.arrived(piece) {
                case .keep: held += piece
                case .give: got += piece
                case .pause: offered = piece
                case .drop, .refuse: #expect(Bool(false), "seed \(seed)")
                }
                if offered == nil { sent += piece }
            } else {
                let wasPaused = flow.isPaused
                switch flow.pulled() {
                case .give(let resume):
                    #expect(resume == wasPaused && held > 0, "seed \(seed)")
                    got += held
                    held = 0
                case .wait: #expect(held == 0 && !wasPaused, "seed \(seed)")
                case .refuse: break
                case .end: #expect(Bool(false), "seed \(seed)")
                }
            }
            #expect(held <= 10 && sent == got + held, "seed \(seed)")
        }
    }
}

@Suite struct UploadFlowTests {
    @Test func `a producer is asked when bytes are wanted, once, and its piece is used up before the next`() {
        var flow = UploadFlow(length: nil)
        #expect(flow.wanted(10) == .pull && flow.isPaused)
        #expect(flow.wanted(10) == .wait)
        #expect(flow.produced(15) == .resume && !flow.isPaused)
        #expect(flow.wanted(10) == .copy(limit: 10))
        flow.copied(10)
        #expect(flow.wanted(10) == .copy(limit: 5))
        flow.copied(5)
        #expect(flow.wanted(10) == .pull)
        #expect(flow.produced(nil) == .resume)
        #expect(flow.wanted(10) == .end)
    }

    @Test func `an empty piece is no end`() {
        var flow = UploadFlow(length: nil)
        _ = flow.wanted(10)
        #expect(flow.produced(0) == .pullAgain && flow.isPaused)
        #expect(flow.produced(1) == .resume)
    }

    @Test(arguments: [
        ([5, 5, nil], UploadFlow.Produced.resume), ([5, 6], .abort), ([5, nil], .abort), ([11], .abort),
    ])
    func `a producer is held to the length it announced`(pieces: [Int?], last: UploadFlow.Produced) {
        var flow = UploadFlow(length: 10)
        for (index, piece) in pieces.enumerated() {
            #expect(flow.wanted(100) == .pull)
            #expect(flow.produced(piece) == (index == pieces.count - 1 ? last : .resume))
            if let piece { flow.copied(piece) }
        }
        if last == .abort { #expect(flow.wanted(10) == .refuse) }
    }

    @Test func `what comes after the end, or was not asked for, is ignored`() {
        var flow = UploadFlow(length: nil)
        #expect(flow.produced(5) == .ignore)
        _ = flow.wanted(10)
        #expect(flow.stopped() == true)
        #expect(!flow.isPaused)
        #expect(flow.produced(5) == .ignore && flow.failed() == .ignore)
        #expect(flow.stopped() == false)
        #expect(flow.wanted(10) == .end)
        var failing = UploadFlow(length: nil)
        _ = failing.wanted(10)
        #expect(failing.failed() == .abort)
        #expect(failing.wanted(10) == .refuse)
    }

    @Test func `an upload of which all has been copied is over and need not be stopped`() {
        var flow = UploadFlow(length: 5)
        _ = flow.wanted(10)
        _ = flow.produced(5)
        flow.copied(4)
        var early = flow
        #expect(early.stopped() == true)
        flow.copied(1)
        #expect(flow.stopped() == false)
    }
}
