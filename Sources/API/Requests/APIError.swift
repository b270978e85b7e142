import HTTPTypes
import Protection

/// A refusal as Karbor's API says it: `{"<name>": {"code": …, "message": …}}`.
///
/// `message` goes to the caller; nothing internal is ever put in it.
struct APIError: Error, Equatable {
    /// A small closed set, one for each status that the API answers with.
    enum Kind: String, Sendable {
        case badRequest
        case unauthenticated
        case forbidden
        case notFound = "itemNotFound"
        case conflict = "conflictingRequest"
        case overLimit
        /// A body beyond the limit: the same form as a quota that is used up, but waiting does not help.
        case tooLarge
        /// A URL beyond the limit.
        case targetTooLong
        case notImplemented
        case unavailable = "serviceUnavailable"
        case fault = "computeFault"
    }

    var kind: Kind
    var message: String
    /// What the header `Retry-After` says, in seconds.
    var retryAfter: Int?
    /// What the header `WWW-Authenticate` says.
    var challenge: String?

    init(_ kind: Kind, _ message: String, retryAfter: Int? = nil) {
        self.kind = kind
        self.message = message
        self.retryAfter = retryAfter
    }
}

extension APIError {
    static let malformedBody = APIError(.badRequest, "Malformed request body")
    /// The project in the path is not the token's.
    static let malformedURL = APIError(.badRequest, "Malformed request url")
    /// A body is missing, or is not declared to be JSON.
    static let bodyMissing = APIError(
        .badRequest,
        "The server could not comply with the request since it is either malformed or otherwise incorrect.")
    static let unknownRoute = APIError(.notFound, "The resource could not be found.")
    static let targetTooLong = APIError(.targetTooLong, "The URL of the request is too long.")
    static let bodyTooLarge = APIError(.tooLarge, "Request is too large.")
    /// What went wrong stands in the log, under the request's id.
    static let fault = APIError(
        .fault, "The server has either erred or is incapable of performing the requested operation.")

    /// keystonemiddleware's refusal, with its challenge.
    static func unauthenticated(identityURI: String?) -> APIError {
        var error = APIError(.unauthenticated, "The request you have made requires authentication.")
        error.challenge = identityURI.map { "Keystone uri=\"\($0)\"" }
        return error
    }

    static func overLimit(_ message: String) -> APIError { APIError(.overLimit, message, retryAfter: 0) }
}

extension APIError {
    var status: HTTPResponse.Status {
        switch kind {
        case .badRequest: .badRequest
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .conflict: .conflict
        case .overLimit, .tooLarge: .contentTooLarge
        case .targetTooLong: .uriTooLong
        case .notImplemented: .notImplemented
        case .unavailable: .serviceUnavailable
        case .fault: .internalServerError
        }
    }

    var body: JSONValue {
        let code = JSONValue.integer(Int64(status.code))
        switch kind {
        case .unauthenticated:
            return ["error": ["code": code, "title": "Unauthorized", "message": .string(message)]]
        case .targetTooLong:
            return [Kind.badRequest.rawValue: ["code": code, "message": .string(message)]]
        case .tooLarge:
            return [Kind.overLimit.rawValue: ["code": code, "message": .string(message)]]
        case .overLimit:
            let wait = JSONValue.string(String(retryAfter ?? 0))
            return [kind.rawValue: ["code": code, "message": .string(message), "retryAfter": wait]]
        default:
            return [kind.rawValue: ["code": code, "message": .string(message)]]
        }
    }

    var headers: HTTPFields {
        var fields = HTTPFields()
        if let retryAfter { fields[.retryAfter] = String(retryAfter) }
        if let challenge { fields[.wwwAuthenticate] = challenge }
        return fields
    }
}
