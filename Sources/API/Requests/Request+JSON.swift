import HTTPTypes
import Hummingbird
import NIOCore
import Protection

extension Request {
    /// The JSON of the body, under the one name that Karbor's bodies have: `{"plan": …}`.
    ///
    /// Never holds more than `limit` bytes: a body that says it is larger is refused unread, one that turns out larger is
    /// refused where it does. A body that is not declared to be JSON counts as missing, as with Karbor.
    func field(_ name: String, limit: Int) async throws -> Field {
        try await wholeBody(limit: limit).members([name], required: [name]).required(name)
    }

    /// The JSON of a body that has no name in it.
    func wholeBody(limit: Int) async throws -> Field {
        Field(name: "", value: try await json(limit: limit))
    }

    private func json(limit: Int) async throws -> JSONValue {
        let bytes = try await jsonBytes(limit: limit)
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw error.isLimit ? APIError(.badRequest, "Malformed request body: \(error)") : APIError.malformedBody
        }
    }

    /// The bytes of a body that is declared to be JSON and not empty.
    func jsonBytes(limit: Int) async throws -> [UInt8] {
        guard isDeclaredJSON else { throw APIError.bodyMissing }
        if let length = headers[.contentLength].flatMap(Int.init), length > limit { throw APIError.bodyTooLarge }
        let bytes: [UInt8]
        do {
            bytes = Array(buffer: try await body.collect(upTo: limit))
        } catch is NIOTooManyBytesError {
            throw APIError.bodyTooLarge
        } catch {
            throw BrokenBody(cause: error)
        }
        guard !bytes.isEmpty else { throw APIError.bodyMissing }
        return bytes
    }

    private var isDeclaredJSON: Bool {
        guard let type = headers[.contentType] else { return false }
        return type.prefix { $0 != ";" }.filter { $0 != " " }.lowercased() == "application/json"
    }
}
