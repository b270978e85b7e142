import Foundation
import NIOCore
import NIOPosix

/// Sends bytes and reads until the other side closes: for what no HTTP client would send.
enum RawClient {
    /// - Parameter drop: sent again and again after the request, until the other side closes.
    static func exchange(
        port: Int, _ request: String, then drop: String? = nil, every pause: Duration = .zero
    ) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            let dripping = Task {
                while let drop {
                    try await Task.sleep(for: pause)
                    try await outbound.write(ByteBuffer(string: drop))
                }
            }
            defer { dripping.cancel() }
            var answer = ByteBuffer()
            do {
                for try await part in inbound { answer.writeImmutableBuffer(part) }
            } catch {
                // A reset is a way of closing too.
            }
            return String(buffer: answer)
        }
    }
}
