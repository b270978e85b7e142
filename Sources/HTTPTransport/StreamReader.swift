/// The reader's end of a streamed body. Letting go of it aborts what is left of the transfer.
final class StreamReader: Sendable {
    private let core: CurlCore
    private let id: UInt64

    init(_ core: CurlCore, _ id: UInt64) {
        self.core = core
        self.id = id
    }

    deinit {
        let id = id
        core.enterSoon { $0.abandon(id) }
    }

    func next() async throws(TransportError) -> [UInt8]? {
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { reader in core.enter { $0.read(self.id, reader) } }
        } onCancel: {
            core.enterSoon { $0.cancel(self.id) }
        }
        return try result.get()
    }
}

extension ResponseBody {
    init(_ reader: StreamReader) {
        self.init { () async throws(TransportError) in try await reader.next() }
    }
}
