/// Why a text is no JSON that we take, and at which byte.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    package var reason: String
    package var offset: Int

    package var description: String { "\(reason) at byte \(offset)" }
}
