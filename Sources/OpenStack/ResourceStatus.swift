/// The state of something that a service keeps, in the service's own word for it.
///
/// Services add words over the years, so it is open: one that we do not know is carried along like the others.
package struct ResourceStatus: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package init(stringLiteral value: String) {
        rawValue = value
    }
}

extension ResourceStatus: CustomStringConvertible {
    package var description: String { rawValue }
}
