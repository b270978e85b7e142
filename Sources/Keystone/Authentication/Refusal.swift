/// What a second 401 turned out to mean.
package struct Refusal: Sendable {
    /// What becomes of the request.
    package var code: ServiceError.Code
    /// What was found: another code where the next request may fare better all the same.
    package let finding: ServiceError.Code
    package var message: String
    package var cause: ServiceError?

    package init(_ code: ServiceError.Code, _ message: String, cause: ServiceError? = nil) {
        self.code = code
        finding = code
        self.message = message
        self.cause = cause
    }
}
