import Synchronization

/// Where the streamed body of a request comes from, and whether it can be had a second time.
///
/// A request is sent again, after a 401 or where `RetryPolicy` has it, only with its body from the beginning: from a source
/// that is opened anew, or from one that has not been asked for its first piece. Streamed requests wait for the service's
/// leave before they ask for it, so that a 401 mostly comes early enough.
package struct BodySource: Sendable {
    /// Gives the next piece, nil after the last. Asked for one at a time.
    package typealias Producer = @Sendable () async throws -> [UInt8]?

    /// In bytes; nil where it is not known.
    let length: Int64?
    let contentType: String
    private let open: @Sendable () async throws -> Producer
    private let begun: Begun?

    /// Whether a source that can be read only once has been asked for its first piece.
    private final class Begun: Sendable {
        let mark = Atomic(false)
    }

    /// A body that can be had any number of times: a file's, or one in memory.
    ///
    /// - Parameter open: gives a producer that begins at the first byte.
    package static func reopenable(
        length: Int64?, contentType: String = "application/octet-stream",
        open: @escaping @Sendable () async throws -> Producer
    ) -> BodySource {
        BodySource(length: length, contentType: contentType, open: open, begun: nil)
    }

    /// A body that goes by once: another service's answer, or a pipe.
    package static func once(
        length: Int64?, contentType: String = "application/octet-stream", next: @escaping Producer
    ) -> BodySource {
        let begun = Begun()
        let producer: Producer = {
            begun.mark.store(true, ordering: .relaxed)
            return try await next()
        }
        return BodySource(length: length, contentType: contentType, open: { producer }, begun: begun)
    }

    /// Whether its beginning can still be had.
    var isWhole: Bool { begun?.mark.load(ordering: .relaxed) != true }

    func producer() async throws -> Producer {
        guard isWhole else { throw ReadBefore() }
        return try await open()
    }

    /// A source that goes by once is given to a second request.
    private struct ReadBefore: Error {}
}
