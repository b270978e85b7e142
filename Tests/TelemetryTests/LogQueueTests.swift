import Glibc
import Logging
import Loop
import Synchronization
import Testing

@testable import Telemetry

@Suite struct LogQueueTests {
    /// Is held up until it is let go.
    private final class StuckSink: LogSink {
        let isStuck = Atomic(true)
        let memory = MemorySink()

        func write(_ record: LogRecord) {
            while isStuck.load(ordering: .acquiring) { usleep(500) }
            memory.write(record)
        }
    }

    @Test func `a pipe that nobody reads holds nobody up, and tells how many lines were lost once it is read`() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let sink = DescriptorSink(descriptor: ends[1], format: LineFormat())
        let control = LogControl(level: .info, sinks: [sink], limit: 100_000)
        let long = String(repeating: "x", count: 1000)
        let start = ContinuousClock.now
        for _ in 0..<1000 { control.write(record("\(long)")) }
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(!control.flush(within: .milliseconds(10)))

        let text = Locked<[UInt8]>([])
        let reader = Thread { [end = ends[0]] in
            var room = [UInt8](repeating: 0, count: 64 << 10)
            while case let count = read(end, &room, room.count), count > 0 {
                text.withLock { $0 += room[..<count] }
            }
        }
        #expect(control.flush(within: .seconds(30)))
        close(ends[1])
        reader.join()
        close(ends[0])
        let lines = String(decoding: text.withLock { $0 }, as: UTF8.self).split(separator: "\n")
        let notices = lines.compactMap { $0.firstMatch(of: /log lines were lost.* lost=(\d+)$/)?.1 }
        #expect(!notices.isEmpty)
        #expect(lines.count - notices.count + notices.compactMap { Int($0) }.reduce(0, +) == 1000)
        #expect(lines.count > 64, "what the pipe holds, and what may wait")
    }

    @Test func `lines keep their order, and the lost ones are counted before what comes after them`() {
        let sink = StuckSink()
        let control = LogControl(level: .info, sinks: [sink], limit: 3 * 300)
        for number in 0..<10 { control.write(record("\(number)")) }
        sink.isStuck.store(false, ordering: .releasing)
        #expect(control.flush(within: .seconds(30)))
        control.write(record("after"))
        #expect(control.flush(within: .seconds(30)))
        let records = sink.memory.records
        let lost = records.compactMap { $0["lost"].flatMap { Int($0) } }
        #expect(records.filter { $0["lost"] == nil }.map(\.message) == ["0", "1", "2", "after"])
        #expect(lost.reduce(0, +) == 7)
        #expect(records.last?.message == "after")
    }

    @Test func `the last lines of a process are written, also where it ends right after them`() async throws {
        let result = await #expect(processExitsWith: .exitCode(3), observing: [\.standardErrorContent]) {
            _ = try? LogSettings(identifier: "test").bootstrap(environment: [:])
            let log = Logger(label: "test")
            for number in 0..<2000 { log.error("line", metadata: ["number": "\(number)"]) }
            exit(3)
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        let numbers = text.split(separator: "\n").compactMap { $0.firstMatch(of: /line number=(\d+)$/)?.1 }
        #expect(numbers.map(String.init) == (0..<2000).map(String.init))
    }
}

/// A thread that can be waited for.
private final class Thread {
    private var handle = pthread_t()
    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    init(_ body: @escaping @Sendable () -> Void) {
        let body = Unmanaged.passRetained(Body(body)).toOpaque()
        pthread_create(
            &handle, nil,
            { body in
                if let body { Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run() }
                return nil
            }, body)
    }

    func join() { pthread_join(handle, nil) }
}
