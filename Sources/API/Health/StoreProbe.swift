import Loop
import Protection

/// Whether the store answers, and within its time.
///
/// A read that hangs cannot be ended. It is left to itself, and until it has come back no other is begun, however often it is
/// asked for: whoever asks meanwhile is told so at once.
actor StoreProbe {
    private let limit: Duration
    private let time: any TimeSource
    private let read: @Sendable () async throws -> Void
    private var reading: (task: Task<Bool, Never>, due: ContinuousClock.Instant)?

    init(limit: Duration, time: any TimeSource, read: @escaping @Sendable () async throws -> Void) {
        self.limit = limit
        self.time = time
        self.read = read
    }

    func answers() async -> Bool {
        if let reading, reading.due <= time.now() { return false }
        let (task, due) = reading ?? begin()
        let (outcomes, report) = AsyncStream.makeStream(of: Bool.self)
        let timer = Task { [time] in
            try? await time.sleep(until: due)
            report.yield(false)
        }
        let waiter = Task { report.yield(await task.value) }
        defer {
            timer.cancel()
            waiter.cancel()
        }
        return await outcomes.first { _ in true } ?? false
    }

    private func begin() -> (task: Task<Bool, Never>, due: ContinuousClock.Instant) {
        let task = Task { [read] in
            let isWell: Bool
            do {
                try await read()
                isWell = true
            } catch {
                isWell = false
            }
            self.ended()
            return isWell
        }
        let new = (task: task, due: time.now() + limit)
        reading = new
        return new
    }

    private func ended() { reading = nil }
}
