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

    @Test func `a reader who waits gets all that one call into libcurl brings, and is one`() {
        var flow = DownloadFlow(.streamed(capacity: 10))
        #expect(flow.settled() == false, "nobody waits")
        #expect(flow.pulled() == .wait)
        #expect(flow.pulled() == .refuse)
        #expect(flow.settled() == false, "nothing has come")
        #expect(flow.arrived(3) == .keep)
        #expect(flow.arrived(3) == .keep)
        #expect(flow.settled() == true)
        #expect(flow.settled() == false)
        #expect(flow.arrived(3) == .keep)
        #expect(flow.settled() == false, "the reader is not back yet")
        #expect(flow.pulled() == .give(resume: false))
    }

    @Test func `a reader who waits is not kept waiting when more than the capacity comes`() {
        var flow = DownloadFlow(.streamed(capacity: 10))
        #expect(flow.pulled() == .wait)
        #expect(flow.arrived(8) == .keep)
        #expect(flow.arrived(8) == .giveAndKeep)
        #expect(flow.arrived(8) == .pause)
        #expect(flow.settled() == false)
        #expect(flow.pulled() == .give(resume: true))
    }

    @Test func `only the server can help a reader who waits, and an answer that is collected`() {
        var flow = DownloadFlow(.streamed(capacity: 10))
        #expect(!flow.waitsForServer)
        _ = flow.pulled()
        #expect(flow.waitsForServer)
        _ = flow.arrived(1)
        #expect(!flow.waitsForServer)
        var whole = DownloadFlow(.whole(limit: 10))
        #expect(whole.waitsForServer)
        _ = whole.ended()
        #expect(!whole.waitsForServer)
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
                case .giveAndKeep:
                    got += held
                    held = piece
                case .pause: offered = piece
                case .drop, .refuse: #expect(Bool(false), "seed \(seed)")
                }
                if offered == nil { sent += piece }
                // Now and then the call into libcurl is over.
                if Bool.random(using: &random), flow.settled() {
                    got += held
                    held = 0
                }
            } else {
                // A reader comes between calls.
                if flow.settled() {
                    got += held
                    held = 0
                }
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
    /// Asks, and gives a piece of that size or the end.
    private func give(_ piece: Int?, to flow: inout UploadFlow) -> UploadFlow.Produced {
        #expect(flow.asks() == true)
        return flow.produced(piece)
    }

    @Test func `a producer is asked when bytes are first wanted, and then ahead, up to the capacity`() {
        var flow = UploadFlow(length: nil, capacity: 20)
        #expect(flow.asks() == false, "nothing is wanted yet")
        #expect(flow.wanted(10) == .pause && flow.isPaused)
        #expect(flow.asks() == true)
        #expect(flow.asks() == false, "one piece at a time")
        #expect(flow.wanted(10) == .pause)
        #expect(flow.produced(15) == .keepAndResume && !flow.isPaused)
        #expect(give(15, to: &flow) == .keep)
        #expect(flow.asks() == false, "enough is held")
        #expect(flow.wanted(10) == .copy(limit: 10))
        flow.copied(10)
        #expect(flow.asks() == false)
        #expect(flow.wanted(100) == .copy(limit: 20), "across pieces")
        flow.copied(20)
        #expect(flow.wanted(10) == .pause)
        #expect(give(nil, to: &flow) == .keepAndResume)
        #expect(flow.wanted(10) == .end && flow.isOver)
        #expect(flow.asks() == false)
    }

    @Test func `an empty piece is no end`() {
        var flow = UploadFlow(length: nil, capacity: 10)
        _ = flow.wanted(10)
        #expect(give(0, to: &flow) == .keep && flow.isPaused)
        #expect(give(1, to: &flow) == .keepAndResume)
    }

    @Test(arguments: [
        ([5, 5], UploadFlow.Produced.keepAndResume), ([5, 6], .abort), ([5, nil], .abort), ([11], .abort),
    ])
    func `a producer is held to the length it announced`(pieces: [Int?], last: UploadFlow.Produced) {
        var flow = UploadFlow(length: 10, capacity: 100)
        for (index, piece) in pieces.enumerated() {
            #expect(flow.wanted(100) == .pause)
            #expect(give(piece, to: &flow) == (index == pieces.count - 1 ? last : .keepAndResume))
            if last != .abort || index < pieces.count - 1, let piece { flow.copied(piece) }
        }
        #expect(flow.asks() == false, "neither after the last byte nor after a fault")
        #expect(flow.wanted(10) == (last == .abort ? .refuse : .end))
    }

    @Test func `what comes after the end, or was not asked for, is ignored`() {
        var flow = UploadFlow(length: nil, capacity: 10)
        #expect(flow.produced(5) == .ignore)
        _ = flow.wanted(10)
        #expect(flow.asks() == true)
        #expect(flow.stopped() == true)
        #expect(!flow.isPaused)
        #expect(flow.produced(5) == .ignore && flow.failed() == .ignore)
        #expect(flow.stopped() == false)
        #expect(flow.wanted(10) == .end)
        var failing = UploadFlow(length: nil, capacity: 10)
        _ = failing.wanted(10)
        #expect(failing.asks() == true)
        #expect(failing.failed() == .abort)
        #expect(failing.wanted(10) == .refuse && failing.asks() == false)
    }

    @Test func `an upload of which all has been copied is over and need not be stopped`() {
        var flow = UploadFlow(length: 5, capacity: 10)
        _ = flow.wanted(10)
        _ = give(5, to: &flow)
        #expect(flow.waitsForServer)
        flow.copied(4)
        var early = flow
        #expect(early.stopped() == true && !early.waitsForServer)
        flow.copied(1)
        #expect(flow.stopped() == false && !flow.waitsForServer)
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `at random no byte is lost, little is held, and a pause is always lifted`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var flow = UploadFlow(length: nil, capacity: 10)
        var (held, given, taken, isAsked) = (0, 0, 0, false)
        for _ in 0..<500 {
            if Bool.random(using: &random) {
                guard !flow.isPaused else { continue }
                switch flow.wanted(Int.random(in: 1...8, using: &random)) {
                case .copy(let count):
                    flow.copied(count)
                    held -= count
                    taken += count
                case .pause: #expect(held == 0, "seed \(seed)")
                case .end, .refuse: #expect(Bool(false), "seed \(seed)")
                }
            } else if isAsked {
                let piece = Int.random(in: 0...6, using: &random)
                let wasPaused = flow.isPaused
                #expect(flow.produced(piece) == (wasPaused && piece > 0 ? .keepAndResume : .keep), "seed \(seed)")
                held += piece
                given += piece
                isAsked = false
            }
            if !isAsked { isAsked = flow.asks() }
            #expect(held >= 0 && held < 10 + 6 && given == taken + held, "seed \(seed)")
        }
        #expect(taken > 100, "seed \(seed)")
    }
}
