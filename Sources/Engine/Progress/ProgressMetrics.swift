package import Telemetry

/// What operators see of the work that is under way.
package enum ProgressMetrics {
    private static let stepsDone = "karbor_running_steps_done"
    private static let steps = "karbor_running_steps"
    private static let bytesDone = "karbor_running_done_bytes"
    private static let bytes = "karbor_running_bytes"

    package static let declarations = [
        MetricDeclaration(stepsDone, .gauge, "Resources that are done, of the operations that run."),
        MetricDeclaration(steps, .gauge, "Resources of the operations that run."),
        MetricDeclaration(bytesDone, .gauge, "Bytes that are done, of the operations that run."),
        MetricDeclaration(bytes, .gauge, "Bytes of the operations that run, as far as their resources have told."),
    ]

    package static func observations(of progress: OperationProgress) -> [MetricObservation] {
        [
            MetricObservation(stepsDone, Double(progress.stepsDone)),
            MetricObservation(steps, Double(progress.stepsTotal)),
            MetricObservation(bytesDone, Double(progress.bytesDone)),
            MetricObservation(bytes, Double(progress.bytesTotal)),
        ]
    }
}
