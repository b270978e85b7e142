/// Why a text is no pattern that we take.
struct PatternError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
