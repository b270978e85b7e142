import HTTPTransport
import HTTPTypes
import Loop
import TestSupport
import Testing

/// A transport on a loop of its own, shut down after `body`.
func withTransport<T: Sendable>(
    _ configuration: TransportConfiguration = TransportConfiguration(),
    _ body: @Sendable @escaping (CurlTransport, Loop) async throws -> T
) async throws -> T {
    let loop = Loop(label: "test")
    let transport = CurlTransport(loop: loop, configuration: configuration)
    let result: Result<T, any Error>
    do { result = .success(try await body(transport, loop)) } catch { result = .failure(error) }
    await transport.shutdown()
    return try result.get()
}

func request(
    _ method: HTTPRequest.Method, _ authority: String, _ path: String = "/", scheme: String = "http",
    headerFields: HTTPFields = [:], body: RequestBody = .none, within time: Duration = .seconds(60)
) -> TransportRequest {
    TransportRequest(
        HTTPRequest(method: method, scheme: scheme, authority: authority, path: path, headerFields: headerFields),
        body: body, deadline: .now + time)
}

/// The transport's error that `body` throws; a test fails if it throws none.
func transportError(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async throws -> TransportError {
    try #require(
        await #expect(throws: TransportError.self, sourceLocation: sourceLocation) { try await body() },
        sourceLocation: sourceLocation)
}
