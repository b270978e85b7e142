package import Loop
import Synchronization

/// The transport over libcurl: one multi handle, driven by the loop.
///
/// A caller who runs with the loop's executor as task-executor preference pays no hop to get here. Requests to one origin
/// are limited, and wait in order beyond that. Connections are kept and shared by all requests. All speak HTTP/1.1.
package final class CurlTransport: Transport {
    let core: CurlCore
    private let streamBuffer: Int
    private let lastID = Atomic<UInt64>(0)

    /// libcurl's sockets are watched by Dispatch: on a loop that something else drives, the transport has a queue of its own.
    package init(loop: Loop, configuration: TransportConfiguration = TransportConfiguration()) {
        let executor = loop.executor as? DispatchExecutor ?? DispatchExecutor(label: "karbor.transport")
        core = CurlCore(executor: executor, configuration: configuration)
        streamBuffer = configuration.streamBuffer
    }

    package func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        let plan = try RequestPlan(request)
        let limit = request.bodyLimit
        return try await perform { core, id, mark, continuation in
            core.start(id, plan, .whole(limit: limit), .whole(continuation), isCancelled: mark)
        }
    }

    package func open(_ request: TransportRequest) async throws(TransportError) -> StreamingResponse {
        let plan = try RequestPlan(request)
        let capacity = streamBuffer
        return try await perform { core, id, mark, continuation in
            core.start(id, plan, .streamed(capacity: capacity), .head(continuation), isCancelled: mark)
        }
    }

    /// Ends every request with `.shutdown`, refuses new ones and closes all connections. May be called twice.
    package func shutdown() async {
        await core.shutdown()
    }

    private func perform<Answer: Sendable>(
        _ start:
            @escaping @Sendable (
                isolated CurlCore, UInt64, CancellationMark, UnsafeContinuation<Result<Answer, TransportError>, Never>
            ) -> Void
    ) async throws(TransportError) -> Answer {
        let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
        let mark = CancellationMark()
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                core.enter { start($0, id, mark, continuation) }
            }
        } onCancel: {
            mark.set()
            core.enterSoon { $0.cancel(id) }
        }
        return try result.get()
    }
}
