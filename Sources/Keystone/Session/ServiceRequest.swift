package import HTTPTypes

/// One request to a service, told relative to wherever the service is.
package struct ServiceRequest: Sendable {
    package var method: HTTPRequest.Method
    package var path: ServicePath
    /// Percent-encoded.
    package var query: String
    /// A JSON document.
    package var body: [UInt8]?
    /// Beside those that the session sets itself: tokens, microversion, request id, content type.
    package var headerFields: HTTPFields
    /// From now until the last byte of the answer, repetitions and renewals of tokens included. The session's own
    /// deadline holds as well.
    package var timeout: Duration
    package var bodyLimit: Int

    package init(
        _ method: HTTPRequest.Method, _ path: ServicePath, query: [QueryItem] = [], body: [UInt8]? = nil,
        headerFields: HTTPFields = [:], timeout: Duration = .seconds(60), bodyLimit: Int = 16 << 20
    ) {
        self.method = method
        self.path = path
        self.query = PercentEncoding.query(query)
        self.body = body
        self.headerFields = headerFields
        self.timeout = timeout
        self.bodyLimit = bodyLimit
    }
}

/// `name=value` of a query, not yet percent-encoded.
package struct QueryItem: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

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
