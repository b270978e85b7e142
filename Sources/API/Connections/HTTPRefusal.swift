import HTTPTypes
import NIOHTTP1
import Protection

/// What is said to a client whose bytes are no request of HTTP that we take, in Karbor's form.
struct HTTPRefusal: Equatable {
    let status: HTTPResponse.Status
    let message: String

    init(_ error: HTTPParserError) {
        switch error {
        case .headerOverflow:
            status = .requestHeaderFieldsTooLarge
            message = "The head of the request, its headers or its URL, is too large."
        case .invalidVersion:
            status = .badRequest
            message = "The version of HTTP is not understood."
        case .invalidMethod:
            status = .badRequest
            message = "The method of the request is not understood."
        case .invalidChunkSize:
            status = .badRequest
            message = "The body of the request is not chunked as HTTP has it."
        default:
            status = .badRequest
            message = "The request is no HTTP that is understood."
        }
    }

    var body: JSONValue {
        ["badRequest": ["code": .integer(Int64(status.code)), "message": .string(message)]]
    }
}
