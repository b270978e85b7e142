/// Why a text is no JSON that we take, and at which byte.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    package var reason: String
    package var offset: Int
    /// Whether it is JSON all the same, and only none that we take.
    package var isLimit = false

    package var description: String { "\(reason) at byte \(offset)" }
}
