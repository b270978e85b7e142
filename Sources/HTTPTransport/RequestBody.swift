/// What is sent as a request's body.
package enum RequestBody: Sendable {
    case none
    case bytes([UInt8])
    /// Pulled chunk by chunk as fast as the server takes it, nil being the end. Without a length it is sent chunked.
    /// A producer that gives more or less than `length` fails the request with `.bodySource`.
    case stream(length: Int64?, next: @Sendable () async throws -> [UInt8]?)
}

extension RequestBody {
    /// Nil where it is not known beforehand.
    var length: Int64? {
        switch self {
        case .none: 0
        case .bytes(let bytes): Int64(bytes.count)
        case .stream(let length, _): length
        }
    }
}
