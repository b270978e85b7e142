import FoundationEssentials
import Logging
import Loop
import Protection

/// Holds the daemon's lease of a bank: writes it when it is needed first, and again for as long as it is needed.
///
/// It is not taken back when nobody needs it any more, nor when the daemon stops: it expires, and a start of the same daemon
/// goes on with it.
actor LeaseHolder {
    private let leases: LeaseCollection
    private let environment: EngineEnvironment
    private var machine: LeaseStateMachine
    private var writing: Task<Void, any Error>?
    private var renewal: Task<Void, any Error>?

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        environment.loop.executor.asUnownedSerialExecutor()
    }

    init(_ leases: LeaseCollection, environment: EngineEnvironment) {
        self.leases = leases
        self.environment = environment
        machine = LeaseStateMachine(leases.windows)
    }

    /// The term in which it is valid now; nil where it is not.
    var term: Int? { machine.term(at: environment.time.now()) }

    /// The same; writes it first where it is not valid. Throws what keeps it from being written.
    func require() async throws(BankError) -> Int {
        if let term { return term }
        try await write()
        guard let term else {
            throw BankError(.unavailable, "the bank took so long that the daemon's lease of it is not valid any more")
        }
        return term
    }

    /// Writes it again and again until `letGo`.
    func keep() {
        guard renewal == nil else { return }
        renewal = environment.loop.spawn { try await self.renew() }
    }

    func letGo() {
        renewal?.cancel()
        renewal = nil
    }

    private func renew() async throws {
        while true {
            if let due = machine.due { try await environment.time.sleep(until: due) }
            try Task.checkCancellation()
            do {
                try await write()
            } catch {
                environment.log.warning(
                    "the lease of a bank could not be renewed; without it nothing is changed there",
                    metadata: ["bank": "\(leases.place)", "reason": "\(error)"])
            }
        }
    }

    /// Those who come while one is written wait for that one.
    private func write() async throws(BankError) {
        let task = writing ?? begin()
        switch await task.result {
        case .success: return
        case .failure(let error as BankError): throw error
        case .failure(let error): throw BankError(.unavailable, FailureReason.text(of: error))
        }
    }

    private func begin() -> Task<Void, any Error> {
        machine.writeBegan(at: environment.time.now())
        let expiresAt = environment.time.date().addingTimeInterval(leases.windows.expire / .seconds(1))
        let task = environment.loop.spawn { [leases, environment] in
            do {
                let owner = try await environment.store.ownerID()
                try await leases.put(
                    BankLease(ownerID: owner, host: environment.settings.host, expiresAt: expiresAt))
            } catch {
                await self.failed()
                throw error
            }
            await self.written()
        }
        writing = task
        return task
    }

    private func written() {
        writing = nil
        machine.written(at: environment.time.now())
    }

    private func failed() {
        writing = nil
        machine.writeFailed(at: environment.time.now())
    }
}
