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
    static func settleTime(_ requestTimeout: Duration) -> TimeInterval { requestTimeout / .seconds(1) + 5 }

    let resource: ResourceKey
    let marker: Marker
    let scope: OperationScope
    let ledger: StepLedger
    let journal: any StepJournal
    let loop: Loop
    let patience: Patience
    var requestTimeout = Duration.seconds(60)
    /// Returns when something may be done to the checkpoint and its resources.
    var permit: @Sendable () async throws -> Void = {}

    func run<Result: Codable & Sendable>(
        _ name: String, recovery: StepRecovery<Result>, effect: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let path = "\(resource.journalPath)/\(name)"
        if let result = try ledger.result(at: path, as: Result.self) { return result }
        if let known = ledger.record(path), !ledger.isRefused(path),
            let result = try await recover(known, recovery)
        {
            try await keepDoubt(known)
            return try await finish(known, result)
        }
        var pause = Patience.firstPause
        while true {
            try scope.check()
            try await patience("hold the checkpoint", permit)
            var record = try await begin(path)
            let failure: any Error
            switch await outcome(of: effect) {
            case .success(let result): return try await finish(record, result)
            case .failure(let error): failure = error
            }
            let service = failure as? ServiceError
            let mayHaveArrived = service?.requestMayHaveArrived ?? false
            // The service's own answer ends the wait for one: what it did, it has done.
            let mayStillHappen = mayHaveArrived && service?.isServicesOwnAnswer == false
            if !mayStillHappen { record.settlesAt = record.begunAt }
            ledger.note(record)
            guard failure.mayPass else {
                if !mayHaveArrived { ledger.refuse(path) }
                throw failure
            }
            try scope.check()
            patience.log.warning(
                "a step will be tried again", metadata: ["step": "\(path)", "reason": "\(failure)"])
            if mayHaveArrived, let result = try await recover(record, recovery) {
                try await keepDoubt(record)
                return try await finish(record, result)
            }
            try await scope.sleep(for: Patience.pause(pause, after: failure))
            pause = min(pause * 2, patience.interval)
        }
    }

    func result<Result: Decodable>(of name: String, as type: Result.Type) throws -> Result? {
        try ledger.result(of: name, for: resource, as: type)
    }

    func isInDoubt(_ name: String) -> Bool {
        let path = "\(resource.journalPath)/\(name)"
        return ledger.record(path).map { $0.result == nil && !ledger.isRefused(path) } ?? false
    }

    func settle(_ name: String) async throws -> Bool {
        let path = StepLedger.doubtPath("\(resource.journalPath)/\(name)")
        guard let doubt = ledger.record(path) else { return false }
        let rest = doubt.settlesAt.timeIntervalSince(scope.time.date())
        if rest > 0 { try await scope.sleep(for: .seconds(rest)) }
        return true
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

    /// What an attempt made was found; until that attempt has settled, something may have been made by it a second time.
    /// The operation's end is to know that, in a later life too.
    private func keepDoubt(_ record: StepRecord) async throws {
        guard record.settlesAt > scope.time.date() else { return }
        var doubt = record
        doubt.path = StepLedger.doubtPath(record.path)
        doubt.result = Array("null".utf8)
        let kept = doubt
        ledger.note(kept)
        try await patience("write that a step was in doubt") { try await journal.begin(kept) }
    }

    private func begin(_ path: String) async throws -> StepRecord {
        let record = try await patience("write the intent of a step") {
            // Made anew for each try: its time to settle counts from when the effect can begin.
            let now = scope.time.date()
            let record = StepRecord(
                operationID: marker.operationID, path: path, begunAt: now,
                settlesAt: now.addingTimeInterval(Self.settleTime(requestTimeout)))
            try await journal.begin(record)
            return record
        }
        ledger.note(record)
        return record
    }

    /// What was done is written down also when the daemon is about to stop, and as often as it takes: a journal that fails
    /// is no reason to do it again.
    private func finish<Result: Codable & Sendable>(_ record: StepRecord, _ result: Result) async throws -> Result {
        var record = record
        let bytes = try Array(JSONEncoder().encode(result))
        record.result = bytes
        let (operationID, path) = (record.operationID, record.path)
        let write = { @Sendable () async throws -> Void in
            try await journal.finish(operationID: operationID, path: path, result: bytes)
        }
        if case .failure(let error) = await outcome(of: write) {
            guard error.mayPass else { throw error }
            try await patience("write the result of a step", write)
        }
        ledger.note(record)
        return result
    }

    /// Runs `work` to its end, out of reach of the caller's cancellation.
    private func outcome<Value: Sendable>(
        of work: @escaping @Sendable () async throws -> Value
    ) async -> Swift.Result<Value, any Error> {
        await loop.spawn { try await work() }.result
    }
}
