import FoundationEssentials
import Keystone
import Logging
import Loop
import Protection

/// Ends the trusts that no operation needs any more, however long it takes until Keystone lets it.
///
/// Invariants:
/// 1. The trust of an operation that goes on, or is being admitted, is never ended.
/// 2. A record goes only when its trust is certainly gone: Keystone says so, or it has expired.
/// 3. What could not be ended is tried again: with growing pauses, when another operation ends, and after a restart.
actor TrustRemover {
    /// How long a request for a trust that got no answer may still make one.
    private static let settleTime = 65.0
    private static let firstPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(600)

    private let environment: EngineEnvironment
    /// Operations that are being admitted: they are not in the queue yet.
    private var held: Set<String> = []
    /// Those that were held at any time since the pass that goes on began: what it has read may be older than their admission.
    private var spared: Set<String> = []
    private var work: Task<Void, any Error>?
    private var pause: Task<Void, any Error>?
    private var hasNews = false
    private var isStopped = false

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        environment.loop.executor.asUnownedSerialExecutor()
    }

    init(_ environment: EngineEnvironment) {
        self.environment = environment
    }

    /// Leaves the trust of `operationID` alone until `release`.
    func hold(_ operationID: String) {
        held.insert(operationID)
        spared.insert(operationID)
    }

    /// It was admitted, or was not; in the second case its trust is to be ended.
    func release(_ operationID: String, isAdmitted: Bool) {
        held.remove(operationID)
        if !isAdmitted { look() }
    }

    /// There may be a trust that is no longer needed.
    func look() {
        guard !isStopped else { return }
        hasNews = true
        pause?.cancel()
        if work == nil { work = environment.loop.spawn { await self.removeAll() } }
    }

    func stop() {
        isStopped = true
        pause?.cancel()
    }

    private func removeAll() async {
        var length = Self.firstPause
        while !isStopped {
            if hasNews { length = Self.firstPause }
            hasNews = false
            if await pass(), !hasNews { break }
            guard !isStopped else { break }
            let (time, pausing) = (environment.time, length)
            let pause = environment.loop.spawn { try await time.sleep(for: pausing) }
            self.pause = pause
            // It came during the pass, when there was no pause to end.
            if hasNews { pause.cancel() }
            _ = await pause.result
            length = min(length * 2, Self.longestPause)
        }
        work = nil
    }

    /// True when nothing is left to do.
    private func pass() async -> Bool {
        spared = held
        do {
            var isDone = true
            let trusts = try await environment.trustRecords.superfluousTrusts()
            for trust in trusts where !spared.contains(trust.operationID) {
                if isStopped { return true }
                isDone = await remove(trust) && isDone
            }
            return isDone
        } catch {
            environment.log.warning("the trusts of ended operations cannot be read", metadata: ["reason": "\(error)"])
            return false
        }
    }

    /// False where it is to be tried again.
    private func remove(_ record: TrustRecord) async -> Bool {
        let now = environment.time.date()
        do {
            if now < record.expiresAt {
                var id = record.trustID
                if id == nil {
                    guard now >= record.begunAt + Self.settleTime else { return false }
                    id = try await environment.trusts.find(
                        for: record.trustorID, in: record.projectID, until: record.expiresAt)
                }
                if let id { try await environment.trusts.delete(id) }
            }
            try await environment.trustRecords.forgetTrust(of: record.operationID)
            return true
        } catch {
            environment.log.warning(
                "a trust could not be ended; it will be tried again",
                metadata: [
                    "operation_id": "\(record.operationID)", "trust_id": "\(record.trustID ?? "unknown")",
                    "reason": "\(error)",
                ])
            return false
        }
    }
}
