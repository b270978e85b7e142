/// Which world is made, and how it is looked at.
struct SimulationOptions {
    var seed: UInt64
    /// Whether everything that happens is kept as text.
    var isTold = false
    /// Whether also a POST may be carried out twice.
    /// Where files of stores are; best in memory.
    var folder: String
}

/// What is not as it has to be.
struct Finding: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
