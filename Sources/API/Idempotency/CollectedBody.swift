import HTTPTypes
import Hummingbird
import Loop
import NIOCore

/// The body of an answer that one of our routes has made, taken before it goes out.
final class CollectedBody: ResponseBodyWriter {
    private let state = Locked<[UInt8]>([])

    var bytes: [UInt8] { state.withLock { $0 } }

    func write(_ buffer: ByteBuffer) async throws {
        state.withLock { $0.append(contentsOf: buffer.readableBytesView) }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
