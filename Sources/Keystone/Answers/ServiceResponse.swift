package import FoundationEssentials
import HTTPTransport
package import HTTPTypes

/// A service's answer with a status below 300.
package struct ServiceResponse: Sendable {
    private let answer: TransportResponse
    // For errors about this answer.
    private let sentRequestID: String
    private let serviceType: String
    private let method: HTTPRequest.Method
    private let path: String

    init(_ answer: TransportResponse, to call: Exchange.Call, serviceType: String, sentRequestID: String) {
        self.answer = answer
        self.serviceType = serviceType
        self.sentRequestID = sentRequestID
        method = call.method
        path = call.path
    }

    package var status: Int { answer.status.code }
    package var body: [UInt8] { answer.body }
    /// Read anew each time: see `TransportResponse`.
    package var headerFields: HTTPFields { answer.headerFields }

    /// The service's own id of the request, else ours.
    package var requestID: String { headerFields.requestID ?? sentRequestID }

    /// Reads the body as JSON; see `readDocument`.
    package func decode<Value: Decodable & Sendable>(_ type: Value.Type = Value.self) async throws(ServiceError)
        -> Value
    {
        try await read { try Self.decoder.decode(type, from: $0) }
    }

    package func decode<Value: DecodableWithConfiguration & Sendable>(
        _ type: Value.Type = Value.self, configuration: Value.DecodingConfiguration
    ) async throws(ServiceError) -> Value where Value.DecodingConfiguration: Sendable {
        try await read { try Self.decoder.decode(type, from: $0, configuration: configuration) }
    }

    private static let decoder = JSONDecoder()

    private func read<Value: Sendable>(
        _ decode: @Sendable (Data) throws -> Value
    ) async throws(ServiceError) -> Value {
        try await readDocument(ofSize: body.count) { () throws(ServiceError) in try readHere(decode) }
    }

    private func readHere<Value>(_ decode: (Data) throws -> Value) throws(ServiceError) -> Value {
        do {
            return try decode(Data(body))
        } catch {
            // The decoder's own error quotes the document, which may hold what must not be shown.
            throw ServiceError(
                .invalidResponse, "the answer is not what the service's API describes", serviceType: serviceType,
                operation: "\(method.rawValue) \(path)", status: status, requestID: requestID,
                requestMayHaveArrived: true)
        }
    }
}
