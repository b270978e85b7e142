/// The body of an answer as a sequence of chunks, for one reader.
///
/// The server is read only as fast as chunks are taken. It ends with nil after the last byte that the server announced,
/// and throws for anything less. A reader whose task is cancelled aborts the transfer; so does letting go of the body.
package struct ResponseBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = TransportError

    private let pull: @Sendable () async throws(TransportError) -> [UInt8]?

    /// A body from anywhere: a transfer's, or a test's.
    package init(pull: @Sendable @escaping () async throws(TransportError) -> [UInt8]?) {
        self.pull = pull
    }

    package func makeAsyncIterator() -> Iterator { Iterator(pull: pull) }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let pull: @Sendable () async throws(TransportError) -> [UInt8]?

        package mutating func next() async throws(TransportError) -> [UInt8]? { try await pull() }

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(TransportError) -> [UInt8]? { try await pull() }
    }

    /// The rest of the body in one piece; throws `.bodyTooLarge` beyond `limit` bytes.
    package func collect(upTo limit: Int) async throws(TransportError) -> [UInt8] {
        var all: [UInt8] = []
        while let chunk = try await pull() {
            guard all.count + chunk.count <= limit else {
                throw TransportError(
                    .bodyTooLarge, "the body has more than \(limit) bytes", requestMayHaveArrived: true)
            }
            all.append(contentsOf: chunk)
        }
        return all
    }
}
