/// What a second 401 turned out to mean.
package struct Refusal: Sendable {
    package var code: ServiceError.Code
    package var message: String
    package var cause: ServiceError?

    package init(_ code: ServiceError.Code, _ message: String, cause: ServiceError? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}
