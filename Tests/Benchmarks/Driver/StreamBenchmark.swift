import Glibc
import HTTPTransport
import Keystone
import Loop

/// One large body through session and service-token wrapper, in the way in which `curl` does it: a download goes to /dev/null,
/// an upload comes from a file. Prints how long it took, and the memory that it took beyond the idle client's.
struct StreamBenchmark: Sendable {
    let adapter: ServiceAdapter
    let loop: Loop
    let bytes: Int

    func download() async throws {
        try await measured {
            let response = try await adapter.open(ServiceRequest(.get, "\(String(bytes))"))
            let sink = Glibc.open("/dev/null", O_WRONLY)
            defer { close(sink) }
            var count = 0
            for try await piece in response.body { count += write(sink, piece, piece.count) }
            return count
        }
    }

    /// - Parameter file: has as many bytes as are to be sent.
    func upload(_ file: String, pieceSize: Int = 256 << 10) async throws {
        try await measured {
            let source = Glibc.open(file, O_RDONLY)
            defer { close(source) }
            let body = BodySource.reopenable(length: Int64(bytes)) {
                lseek(source, 0, SEEK_SET)
                return {
                    let piece = [UInt8](unsafeUninitializedCapacity: pieceSize) { room, count in
                        count = max(0, read(source, room.baseAddress, pieceSize))
                    }
                    return piece.isEmpty ? nil : piece
                }
            }
            let response = try await adapter.send(ServiceRequest(.put, "upload", streaming: body))
            return Int(String(decoding: response.body, as: UTF8.self)) ?? 0
        }
    }

    private func measured(_ body: @escaping @Sendable () async throws -> Int) async throws {
        let memory = MemoryPeak()
        let (started, before) = (loop.now(), processorTime())
        guard try await loop.run(body) == bytes else { throw WrongLength() }
        let seconds = started.duration(to: loop.now()) / .seconds(1)
        print("seconds \(seconds) cpu_us \(processorTime() - before) peak_kib \(memory.aboveIdle)")
    }

    private struct WrongLength: Error {}
}
