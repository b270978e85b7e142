/// A path below a service's endpoint, in which everything interpolated is one segment.
///
/// `"volumes/\(id)"` stays below `volumes/`, whatever `id` holds. A segment that no server would take as a name (empty,
/// `.` or `..`) makes the path invalid, and a request with it fails before anything is sent.
package struct ServicePath: Sendable, Equatable, ExpressibleByStringInterpolation {
    package let encoded: String
    package let isValid: Bool

    package init(stringLiteral value: String) {
        encoded = value
        isValid = true
    }

    package init(stringInterpolation: StringInterpolation) {
        encoded = stringInterpolation.encoded
        isValid = stringInterpolation.isValid
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var encoded = ""
        fileprivate var isValid = true

        package init(literalCapacity: Int, interpolationCount: Int) {
            encoded.reserveCapacity(literalCapacity + 36 * interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            encoded += literal
        }

        package mutating func appendInterpolation(_ segment: String) {
            if segment.isEmpty || segment == "." || segment == ".." { isValid = false }
            encoded += PercentEncoding.encode(segment)
        }
    }
}
