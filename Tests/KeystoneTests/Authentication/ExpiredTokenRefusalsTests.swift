import TestSupport
import Testing

@testable import Keystone

@Suite struct ExpiredTokenRefusalsTests {
    let time = ManualTime()

    /// Whether the last of refusals at these seconds is for good.
    func verdict(
        _ refusals: inout ExpiredTokenRefusals, after pauses: [Double], of service: String = "volumev3"
    ) -> Bool {
        var isForGood = false
        for pause in pauses {
            time.advance(by: .seconds(pause))
            isForGood = refusals.refused(by: service, at: time.now())
        }
        return isForGood
    }

    @Test(arguments: [
        ([0], false), ([0, 29.9], false), ([0, 40], false), ([0, 15, 14.9], false), ([0, 15, 15], true),
        ([0, 10, 10, 10], true), ([0, 3600, 0.5], false), ([0, 3600, 1], true),
    ])
    func `a refusal is for good from the third on, and after thirty seconds`(pauses: [Double], isForGood: Bool) {
        var refusals = ExpiredTokenRefusals()
        #expect(verdict(&refusals, after: pauses) == isForGood)
    }

    @Test func `it stays for good`() {
        var refusals = ExpiredTokenRefusals()
        #expect(verdict(&refusals, after: [0, 15, 15]))
        #expect(verdict(&refusals, after: [0]), "at the same time")
        #expect(verdict(&refusals, after: [0.2]))
        #expect(verdict(&refusals, after: [7200]))
    }

    @Test func `requests that are refused together count once, however many they are`() {
        var refusals = ExpiredTokenRefusals()
        #expect(!verdict(&refusals, after: Array(repeating: 0.001, count: 900)))
        #expect(!verdict(&refusals, after: [40]), "the second time")
        #expect(verdict(&refusals, after: [1]), "the third")
    }

    @Test func `a service that has once taken the token may refuse it for as long as it likes`() {
        var refusals = ExpiredTokenRefusals()
        #expect(!verdict(&refusals, after: [0, 15]))
        refusals.accepted(by: "volumev3")
        #expect(!verdict(&refusals, after: [15, 15, 15, 3600]))
    }

    @Test func `what one service does says nothing of another`() {
        var refusals = ExpiredTokenRefusals()
        refusals.accepted(by: "image")
        #expect(!verdict(&refusals, after: [0, 15, 14]))
        #expect(!verdict(&refusals, after: [1], of: "compute"), "its first")
        #expect(verdict(&refusals, after: [1]))
        #expect(!verdict(&refusals, after: [30, 30, 30], of: "image"))
    }
}
