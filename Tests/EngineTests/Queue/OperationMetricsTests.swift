import FoundationEssentials
import Loop
import Protection
import Telemetry
import TestSupport
import Testing

@testable import Engine

/// What operators see of operations: what is in hand in this moment, and what became of the others.
@Suite(.timeLimit(.minutes(2))) struct OperationMetricsTests {
    private let registry = MetricRegistry(OperationMetrics.declarations)
    private let disk = MemoryDisk()

    @Test func `every way to end is there from the start`() {
        let metrics = OperationMetrics(factory: registry)
        let ends = registry.samples.keys.filter { $0.hasPrefix("karbor_operations_total") }
        #expect(
            ends.sorted() == [
                #"karbor_operations_total{type="delete",status="deleted"}"#,
                #"karbor_operations_total{type="delete",status="error-deleting"}"#,
                #"karbor_operations_total{type="protect",status="available"}"#,
                #"karbor_operations_total{type="protect",status="error"}"#,
                #"karbor_operations_total{type="restore",status="fail"}"#,
                #"karbor_operations_total{type="restore",status="success"}"#,
                #"karbor_operations_total{type="verify",status="fail"}"#,
                #"karbor_operations_total{type="verify",status="success"}"#,
            ])
        metrics.ended(.restore, succeeded: false, seconds: -5)
        #expect(registry.samples[#"karbor_operation_seconds_sum{type="restore"}"#] == 0, "a clock that was set back")
    }

    @Test func `operations count while they run and wait, and then by how they end`() async throws {
        let going = Locked(false)
        let process = try TestProcess(
            disk: disk, settings: EngineSettings(maxConcurrentOperations: 1),
            metrics: OperationMetrics(factory: registry)
        ) { hook, context in
            guard hook == "main" else { return }
            while !going.withLock({ $0 }) { await Task.yield() }
            if context.resource.id == "bad" { throw World.hiccup }
        }
        for id in ["good", "bad", "fine"] { _ = try await process.protect(id) }
        try await eventually {
            registry.samples["karbor_operations_running"] == 1 && registry.samples["karbor_operations_waiting"] == 2
        }
        going.withLock { $0 = true }
        try await process.settle()
        let samples = registry.samples
        #expect(samples["karbor_operations_running"] == 0 && samples["karbor_operations_waiting"] == 0)
        #expect(samples[#"karbor_operations_total{type="protect",status="available"}"#] == 2)
        #expect(samples[#"karbor_operations_total{type="protect",status="error"}"#] == 1)
        #expect(samples[#"karbor_operation_seconds_count{type="protect"}"#] == 3)
    }
}
