import Foundation
import Testing

@testable import Keystone

@Suite struct TokenCacheSimulationTests {
    /// A seed that fails is named; running it alone repeats the schedule. `KARBOR_SIMULATION_SEEDS` makes it longer.
    @Test func `in thousands of random schedules every invariant holds`() {
        var (renewals, served, waited) = (0, 0, 0)
        let seeds = ProcessInfo.processInfo.environment["KARBOR_SIMULATION_SEEDS"].flatMap { UInt64($0) } ?? 2000
        for seed in 1...max(seeds, 2000) {
            var simulation = TokenCacheSimulation(seed: seed)
            do {
                try simulation.run(steps: 120)
            } catch {
                Issue.record("seed \(seed): \(error)")
                return
            }
            renewals += simulation.renewals
            served += simulation.served
            waited += simulation.waited
        }
        // The schedules are of any worth only if much of everything happens in them.
        #expect(renewals > 3_000)
        #expect(served > 20_000)
        #expect(waited > 10_000)
    }
}
