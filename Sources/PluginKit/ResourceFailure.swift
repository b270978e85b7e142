/// Why a plugin could not do what its hook is for, in words for the user.
package struct ResourceFailure: Error, Sendable, CustomStringConvertible {
    package var reason: String

    package init(_ reason: String) { self.reason = reason }

    package var description: String { reason }
}
