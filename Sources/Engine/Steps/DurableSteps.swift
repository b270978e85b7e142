import FoundationEssentials
import Keystone
import Loop
import PluginKit
import Protection

/// The steps of one resource. See `StepRunner` for what a plugin can rely on.
///
///     unknown  -> begun      the intent is written, then the effect runs
///     begun    -> finished   it returned, and the result is written
///     begun    -> unknown    it certainly did not happen, or nothing was found after it could no longer happen
///     begun    -> finished   what it made was found (adopt)
struct DurableSteps: StepRunner {
    /// How long after its intent an effect may still happen: a call's own deadline and a little.
    static let settleTime = 65.0

    let resource: ResourceKey
    let marker: Marker
    let scope: OperationScope
    let ledger: StepLedger
    let journal: any StepJournal
    let loop: Loop
    let patience: Patience

    func run<Result: Codable & Sendable>(
        _ name: String, recovery: StepRecovery<Result>, effect: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let path = "\(resource.journalPath)/\(name)"
        let known = ledger.record(path)
        if let bytes = known?.result { return try decode(bytes, path: path) }
        if let known {
            ledger.doubt(resource)
            if let result = try await recover(known, recovery) { return try await finish(known, result) }
        }
        var pause = Patience.firstPause
        while true {
            try scope.check()
            let record = try await begin(path)
            let failure: any Error
            do {
                return try await finish(record, try await uninterrupted(effect))
            } catch {
                failure = error
            }
            guard disposition(of: failure) == .transient else { throw failure }
            try scope.check()
            patience.log.warning(
                "a step will be tried again", metadata: ["step": "\(path)", "reason": "\(failure)"])
            if let failure = failure as? ServiceError, failure.requestMayHaveArrived {
                ledger.doubt(resource)
                // An answer ends the wait for one: what it did, it has done.
                var record = record
                if failure.status != nil { record.settlesAt = record.begunAt }
                if let result = try await recover(record, recovery) { return try await finish(record, result) }
            }
            try await scope.sleep(for: max(pause, (failure as? ServiceError)?.retryAfter ?? .zero))
            pause = min(pause * 2, patience.interval)
        }
    }

    func result<Result: Decodable>(of name: String, as type: Result.Type) throws -> Result? {
        let path = "\(resource.journalPath)/\(name)"
        return try ledger.record(path)?.result.map { try decode($0, path: path) }
    }

    /// The result of what an earlier attempt made, or nil when it must be made again.
    private func recover<Result: Sendable>(
        _ record: StepRecord, _ recovery: StepRecovery<Result>
    ) async throws -> Result? {
        switch recovery {
        case .repeatable: return nil
        case .never(let reason): throw ResourceFailure(reason)
        case .adopt(let find):
            while true {
                let settled = scope.time.date() >= record.settlesAt
                if let found = try await patience("look for what a step made", find) { return found }
                if settled { return nil }
                let rest = record.settlesAt.timeIntervalSince(scope.time.date())
                try await scope.sleep(for: .seconds(min(max(rest, 0.05), 5)))
            }
        }
    }

    private func begin(_ path: String) async throws -> StepRecord {
        let now = scope.time.date()
        let record = StepRecord(
            operationID: marker.operationID, path: path, marker: marker.resourceID, begunAt: now,
            settlesAt: now.addingTimeInterval(Self.settleTime))
        try await patience("write the intent of a step") { try await journal.begin(record) }
        ledger.note(record)
        return record
    }

    private func finish<Result: Codable & Sendable>(_ record: StepRecord, _ result: Result) async throws -> Result {
        var record = record
        record.result = try Array(JSONEncoder().encode(result))
        let finished = record
        // What was done must be written down also when the daemon is about to stop.
        try await uninterrupted {
            try await journal.finish(
                operationID: finished.operationID, path: finished.path, result: finished.result ?? [])
        }
        ledger.note(finished)
        return result
    }

    private func uninterrupted<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await loop.spawn { try await work() }.value
    }

    private func decode<Result: Decodable>(_ bytes: [UInt8], path: String) throws -> Result {
        do {
            return try JSONDecoder().decode(Result.self, from: Data(bytes))
        } catch {
            throw StoreError(.corrupted, "what step \(path) returned cannot be read")
        }
    }
}
