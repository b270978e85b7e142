import FoundationEssentials
package import HTTPTypes

/// A service's answer with a status below 300.
package struct ServiceResponse: Sendable {
    package let status: Int
    package let headerFields: HTTPFields
    package let body: [UInt8]
    package let requestID: String?
    /// For errors about this answer.
    let serviceType: String
    let operation: String

    /// Reads the body as JSON. One over 64 KiB is read on the pool, so that the loop is not held.
    package func decode<Value: Decodable & Sendable>(_ type: Value.Type = Value.self) async throws(ServiceError)
        -> Value
    {
        guard body.count > 64 << 10 else { return try decodeHere(type) }
        return try await withTaskExecutorPreference(globalConcurrentExecutor) {
            () async throws(ServiceError) -> Value in
            try decodeHere(type)
        }
    }

    private func decodeHere<Value: Decodable>(_ type: Value.Type) throws(ServiceError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch {
            // The decoder's own error quotes the document, which may hold what must not be shown.
            throw ServiceError(
                .invalidResponse, "the answer is not what the service's API describes", serviceType: serviceType,
                operation: operation, status: status, requestID: requestID, requestMayHaveArrived: true)
        }
    }
}
