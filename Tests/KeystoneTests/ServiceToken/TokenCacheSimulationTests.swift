import Foundation
import Testing

@testable import Keystone

@Suite struct TokenCacheSimulationTests {
    /// The seeds from 1 on, of which `KARBOR_SIMULATION_SEEDS` asks for more; or the one that `KARBOR_SIMULATION_SEED` names,
    /// to repeat the schedule that has failed.
    private static var seeds: ClosedRange<UInt64> {
        func number(_ name: String) -> UInt64? { ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } }
        if let seed = number("KARBOR_SIMULATION_SEED") { return seed...seed }
        return 1...max(number("KARBOR_SIMULATION_SEEDS") ?? 0, 2000)
    }

    @Test func `in thousands of random schedules every invariant holds`() {
        var (renewals, failures, served, waited) = (0, 0, 0, 0)
        for seed in Self.seeds {
            var simulation = TokenCacheSimulation(seed: seed)
            do {
                try simulation.run(steps: 120)
            } catch {
                Issue.record("seed \(seed): \(error)\nalone: KARBOR_SIMULATION_SEED=\(seed)")
                return
            }
            renewals += simulation.renewals
            failures += simulation.failures
            served += simulation.served
            waited += simulation.waited
        }
        guard Self.seeds.count > 1 else { return }
        // The schedules are of any worth only if much of everything happens in them.
        #expect(renewals > 3_000)
        #expect(failures > 10_000)
        #expect(served > 50_000)
        #expect(waited > 30_000)
    }
}
