import PluginKit
import Testing

@testable import Engine

/// How far a list is read, and what follows from it.
@Suite struct WatchRoundTests {
    /// Things with numbers, the newest first.
    private func page(_ numbers: some Sequence<Int>) -> [Sighting] {
        numbers.map { Sighting(id: "t\($0)", status: "creating", createdAt: time($0)) }
    }

    private func time(_ number: Int) -> String { "2026-01-01T00:\(10 + number / 60):\(10 + number % 60).000000" }

    private func round(_ numbers: [Int], areDated: Bool = true) -> WatchRound {
        let things = numbers.map { ("t\($0)", areDated ? time($0) : nil) }
        return WatchRound(of: Dictionary(uniqueKeysWithValues: things), lastTicket: 1)
    }

    @Test(arguments: [(1, false), (2, false), (3, true), (1000, true)])
    func `one or two things are no list worth`(count: Int, wantsList: Bool) {
        #expect(round(Array(0..<count)).wantsList == wantsList)
    }

    @Test(arguments: [(3, 19), (100, 141), (1000, 1000), (10_000, 1000)])
    func `a page has room for all, up to what services give`(count: Int, size: Int) {
        #expect(round(Array(0..<count)).pageSize == size)
    }

    @Test func `it reads until it has seen all`() {
        var round = round([99, 95, 90, 85, 84, 80])
        let wantsMore = round.saw(page((90...99).reversed()))
        #expect(wantsMore)
        let wantsEvenMore = round.saw(page((80...89).reversed()))
        #expect(!wantsEvenMore)
        #expect(Set(round.found.map(\.id)) == ["t99", "t95", "t90", "t85", "t84", "t80"])
        #expect(round.rest().gone.isEmpty && round.rest().open.isEmpty)
    }

    @Test func `what is missing where the list is older already is gone, and no page more is read`() {
        var round = round([99, 98, 97, 96])
        let wantsMore = round.saw(page((80...95).reversed()))
        #expect(!wantsMore)
        #expect(Set(round.rest().gone) == ["t99", "t98", "t97", "t96"])
    }

    @Test func `of what was made in the same second as the last of a page nothing is concluded`() {
        var round = round([99, 98, 97, 80])
        let wantsMore = round.saw(
            page((81...95).reversed()) + [Sighting(id: "other", status: "x", createdAt: time(80))])
        #expect(wantsMore)
        #expect(Set(round.rest().gone) == ["t99", "t98", "t97"])
        #expect(round.rest().open == ["t80"])
    }

    @Test func `of what has no known age nothing is concluded before the end of the list`() {
        var round = round([96, 97, 98, 99], areDated: false)
        let wantsMore = round.saw(page((80...95).reversed()))
        #expect(wantsMore)
        #expect(round.rest().open.count == 4)
        round.sawEnd()
        #expect(round.rest().gone.count == 4)
    }

    @Test func `of a list that is not in order, or tells no times, nothing is concluded before its end`() {
        var disordered = round([96, 97, 98])
        let wantsMore = disordered.saw(page(80...95))
        #expect(wantsMore)
        #expect(disordered.rest().open.count == 3)
        var timeless = round([96, 97, 98])
        let wantsEvenMore = timeless.saw([Sighting(id: "x", status: "y")])
        #expect(wantsEvenMore)
        #expect(timeless.rest().open.count == 3)
    }

    @Test func `a few that are missing are asked for one by one`() {
        var round = round([99, 98, 97, 2, 1])
        let wantsMore = round.saw(page((80...99).reversed()))
        #expect(!wantsMore)
        #expect(Set(round.rest().open) == ["t1", "t2"])
    }

    @Test func `a long list of others is left, and the rest asked for one by one`() {
        let old = Array(0..<10)
        var round = round(old)
        var pages = 0
        while round.saw((0..<round.pageSize).map { _ in Sighting(id: "x", status: "y", createdAt: time(2000)) }) {
            pages += 1
        }
        #expect(pages == 5)
        #expect(round.rest().open.count == 10)
    }
}
