/// A value that is looked up when it is asked for, where something keeps it already: an age, a sum, a number of files.
package struct MetricObservation: Sendable, Equatable {
    /// The declaration's name.
    package let name: String
    /// In the order of the declaration.
    package let labels: [String]
    package let value: Double

    package init(_ name: String, _ value: Double, labels: [String] = []) {
        self.name = name
        self.value = value
        self.labels = labels
    }
}
