package import FoundationEssentials
package import Telemetry

/// The first answer to a request that came with a key, kept for whoever sends the request again.
package struct KeptAnswer: Sendable {
    /// How long, in seconds.
    package static let lifetime: TimeInterval = 86_400
    /// How many of a project are kept at a time, and how many bytes they may have.
    package static let countLimit = 10_000
    package static let byteLimit = 64 << 20

    package var key: IdempotencyKey
    /// The request's body, by which it is told from another one with the same key. It may hold a password: a store keeps a
    /// fingerprint of it that tells nothing without the sealing key.
    package var request: Secret<[UInt8]>
    package var status: Int
    /// JSON. No other header goes with it than those of every answer.
    package var body: [UInt8]
    package var keptAt: Date

    package init(key: IdempotencyKey, request: Secret<[UInt8]>, status: Int, body: [UInt8], keptAt: Date) {
        self.key = key
        self.request = request
        self.status = status
        self.body = body
        self.keptAt = keptAt
    }
}
