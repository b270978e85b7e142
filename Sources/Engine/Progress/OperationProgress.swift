package import FoundationEssentials
package import Protection

/// How far an operation is, or several together.
package struct OperationProgress: Sendable, Equatable {
    /// A step is a resource, done when its last hook has ended.
    package var stepsDone = 0
    package var stepsTotal = 0
    /// Of the resources that have told their size so far; a resource that is done counts whole.
    package var bytesDone: Int64 = 0
    package var bytesTotal: Int64 = 0
    /// Nil while there is not enough to tell by.
    package var estimatedEnd: Date?

    package init(
        stepsDone: Int = 0, stepsTotal: Int = 0, bytesDone: Int64 = 0, bytesTotal: Int64 = 0, estimatedEnd: Date? = nil
    ) {
        self.stepsDone = stepsDone
        self.stepsTotal = stepsTotal
        self.bytesDone = bytesDone
        self.bytesTotal = bytesTotal
        self.estimatedEnd = estimatedEnd
    }

    /// As log, checkpoint and restore show it.
    package var json: JSONValue {
        [
            "steps_done": .integer(Int64(stepsDone)), "steps_total": .integer(Int64(stepsTotal)),
            "bytes_done": .integer(bytesDone), "bytes_total": .integer(bytesTotal),
            "estimated_end": .optional(estimatedEnd?.formatted(.iso8601)),
        ]
    }
}
