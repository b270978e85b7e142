package import HTTPTypes

extension HTTPField.Name {
    package static let authToken = fieldName("X-Auth-Token")
    package static let serviceToken = fieldName("X-Service-Token")
    package static let subjectToken = fieldName("X-Subject-Token")
    /// Outbound, the id under which we do what we do; in an answer, the service's own.
    package static let openStackRequestID = fieldName("X-Openstack-Request-Id")
    package static let computeRequestID = fieldName("X-Compute-Request-Id")
    package static let openStackAPIVersion = fieldName("OpenStack-API-Version")
    package static let accessRules = fieldName("OpenStack-Identity-Access-Rules")

    /// Only for literals: every one of them is a valid field name.
    private static func fieldName(_ literal: StaticString) -> HTTPField.Name {
        guard let name = HTTPField.Name("\(literal)") else { preconditionFailure("\(literal) is no field name") }
        return name
    }
}
