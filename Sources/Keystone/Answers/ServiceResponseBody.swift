import HTTPTransport

/// The body of a service's answer, piece by piece, for one reader.
///
/// The service is read no faster than pieces are taken. It ends with nil after the last byte that was announced, and throws
/// for anything less: `.interrupted` where the connection ended early, `.timedOut` where no byte came for the request's
/// `idleLimit` or the session's deadline has passed. Nothing is asked for again. A reader that is cancelled, or lets go of
/// the body, ends the transfer. A piece costs least if it is let go of before the next is taken.
package struct ServiceResponseBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = ServiceError

    let body: ResponseBody
    /// For errors about it.
    let serviceType: String
    let operation: String
    let requestID: String?

    package func makeAsyncIterator() -> Iterator {
        Iterator(pieces: body.makeAsyncIterator(), of: self)
    }

    package struct Iterator: AsyncIteratorProtocol {
        private var pieces: ResponseBody.Iterator
        private let whole: ServiceResponseBody

        fileprivate init(pieces: ResponseBody.Iterator, of whole: ServiceResponseBody) {
            self.pieces = pieces
            self.whole = whole
        }

        package mutating func next() async throws(ServiceError) -> [UInt8]? {
            try await next(isolation: nil)
        }

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(ServiceError) -> [UInt8]? {
            do throws(TransportError) {
                return try await pieces.next(isolation: actor)
            } catch {
                throw ServiceError(
                    error, serviceType: whole.serviceType, operation: whole.operation, requestID: whole.requestID)
            }
        }
    }
}
