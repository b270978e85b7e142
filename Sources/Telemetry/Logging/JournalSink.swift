import CSystemd
import Glibc

/// Sends records to the systemd journal.
///
/// What the journal refuses goes to `fallback`, so that a broken journal costs the fields and not the line.
package struct JournalSink: LogSink {
    private let identifier: String
    private let fallback: any LogSink
    private let send: @Sendable (JournalEntry) -> Int32

    package init(identifier: String, fallback: any LogSink) {
        self.init(identifier: identifier, fallback: fallback, send: Self.send)
    }

    /// - Parameter send: negative if the journal did not take it.
    init(identifier: String, fallback: any LogSink, send: @escaping @Sendable (JournalEntry) -> Int32) {
        self.identifier = identifier
        self.fallback = fallback
        self.send = send
    }

    package func write(_ record: LogRecord) {
        if send(JournalEntry(record, identifier: identifier)) < 0 { fallback.write(record) }
    }

    /// One datagram with all fields. Everything lies in one buffer, which the vectors point into.
    @Sendable private static func send(_ entry: JournalEntry) -> Int32 {
        var bytes: [UInt8] = []
        var lengths: [Int] = []
        for (name, value) in entry.fields {
            let start = bytes.count
            bytes += name.utf8
            bytes.append(UInt8(ascii: "="))
            bytes += value.utf8
            lengths.append(bytes.count - start)
        }
        return bytes.withUnsafeMutableBytes { buffer in
            var offset = 0
            let vectors = lengths.map { length in
                defer { offset += length }
                return iovec(iov_base: buffer.baseAddress.map { $0 + offset }, iov_len: length)
            }
            return sd_journal_sendv(vectors, Int32(vectors.count))
        }
    }
}
