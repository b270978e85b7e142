package import Metrics
import Protection
package import Telemetry

/// What operations the daemon has in hand and how they ended, for operators.
package struct OperationMetrics: Sendable {
    private static let running = "karbor_operations_running"
    private static let waiting = "karbor_operations_waiting"
    private static let operations = "karbor_operations"
    private static let duration = "karbor_operation_seconds"

    private struct Ends: Sendable {
        let succeeded: Counter
        let failed: Counter
        let took: Timer
    }

    let running: Meter
    let waiting: Meter
    private let ends: [OperationKind: Ends]

    package init(factory: any MetricsFactory = MetricsSystem.factory) {
        func counter(_ kind: OperationKind, _ status: String) -> Counter {
            Counter(
                label: Self.operations, dimensions: [("type", kind.rawValue), ("status", status)], factory: factory)
        }
        running = Meter(label: Self.running, factory: factory)
        waiting = Meter(label: Self.waiting, factory: factory)
        ends = Dictionary(
            uniqueKeysWithValues: OperationKind.allCases.map { kind in
                let frame = OperationFrame(kind: kind)
                let took = Timer(label: Self.duration, dimensions: [("type", kind.rawValue)], factory: factory)
                return (
                    kind,
                    Ends(
                        succeeded: counter(kind, frame.ended(true)), failed: counter(kind, frame.ended(false)),
                        took: took)
                )
            })
    }

    /// - Parameter seconds: from its acceptance on, restarts of the daemon included. The clock may have been set back since.
    func ended(_ kind: OperationKind, succeeded: Bool, seconds: Double) {
        guard let end = ends[kind] else { return }
        (succeeded ? end.succeeded : end.failed).increment()
        end.took.recordSeconds(max(0, seconds))
    }

    package static let declarations = [
        MetricDeclaration(running, .gauge, "Operations that run."),
        MetricDeclaration(waiting, .gauge, "Operations that wait for their turn."),
        MetricDeclaration(
            operations, .counter, labels: ["type", "status"], "Operations that have ended, by the status they ended in."
        ),
        MetricDeclaration(
            duration, .histogram([1, 10, 60, 300, 900, 3600, 10_800, 43_200, 172_800]), labels: ["type"],
            "From the acceptance of an operation to its end, restarts included."),
    ]
}
