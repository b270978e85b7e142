package import Loop

/// The transport over libcurl: one multi handle, driven by the loop.
package final class CurlTransport: Transport {
    package init(loop: Loop, configuration: TransportConfiguration = TransportConfiguration()) {}

    package func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        throw TransportError(.shutdown, "not built yet", requestMayHaveArrived: false)
    }

    package func open(_ request: TransportRequest) async throws(TransportError) -> StreamingResponse {
        throw TransportError(.shutdown, "not built yet", requestMayHaveArrived: false)
    }

    /// Ends every request with `.shutdown`, refuses new ones and closes all connections. May be called twice.
    package func shutdown() async {}
}
