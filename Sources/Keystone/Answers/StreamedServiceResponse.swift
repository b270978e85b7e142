package import HTTPTypes

/// A service's answer with a status below 300, whose body is still to come.
///
/// It holds a connection until the body has been read to its end, or has been let go of.
package struct StreamedServiceResponse: Sendable {
    package let status: Int
    package let headerFields: HTTPFields
    package let requestID: String?
    package let body: ServiceResponseBody
}
