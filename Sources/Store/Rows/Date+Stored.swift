import FoundationEssentials

extension Date {
    /// The number that stands for it in the store, exactly (see `Schema`).
    var stored: Double { timeIntervalSinceReferenceDate }
}
