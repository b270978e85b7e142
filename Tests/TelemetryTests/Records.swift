import Glibc
import Logging
import Loop
import Telemetry

/// 2026-11-24 12:00:00.007 UTC.
let noon = timespec(tv_sec: 1_795_521_600, tv_nsec: 7_900_000)

func record(
    _ message: Logger.Message = "Backup failed", level: Logger.Level = .warning, metadata: Logger.Metadata = [:],
    error: (any Error)? = nil
) -> LogRecord {
    let event = LogEvent(
        level: level, message: message, error: error, metadata: nil, source: "Tests", file: "Engine/Flow.swift",
        function: "run()", line: 42)
    return LogRecord(event: event, logger: "karbor.engine", metadata: metadata, time: noon)
}

/// Keeps what is written.
final class MemorySink: LogSink {
    private let kept = Locked<[LogRecord]>([])

    var records: [LogRecord] { kept.withLock { $0 } }

    func write(_ record: LogRecord) {
        kept.withLock { $0.append(record) }
    }
}
