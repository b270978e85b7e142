import FoundationEssentials
import Loop
import Protection
import TestSupport

@testable import Engine

/// Two daemons with stores of their own that share a bank: `a` and `b`.
struct BankPair: Sendable {
    let bank = MemoryDisk()
    let world = World()
    let time = QuickTime()
    let disks = ["a": MemoryDisk(), "b": MemoryDisk()]

    /// One more life of a daemon.
    func process(
        _ owner: String, mortal: Mortal = Mortal(), turn: @escaping WorldPlugin.Turn = { _, _ in }
    ) throws -> TestProcess {
        try TestProcess(
            disk: disks[owner] ?? MemoryDisk(), bankDisk: bank, owner: owner, world: world, mortal: mortal, time: time,
            turn: turn)
    }

    /// What lies beside the bank.
    var beside: [String] { bank.rows.leases.keys.map(\.path).sorted() }
    var claims: [String] { beside.filter { $0.hasPrefix("/claims/") } }

    /// Stays in `hook` until the gate is open.
    static func held(_ hook: String, _ kind: OperationKind, _ gate: Switch, _ waits: Counted) -> WorldPlugin.Turn {
        { now, context in
            guard now == hook, context.operation.kind == kind else { return }
            waits.more()
            while !gate.isOn {
                try Task.checkCancellation()
                try await Task.sleep(for: .milliseconds(2))
            }
        }
    }

    static func delete(_ checkpoint: Checkpoint, in process: TestProcess) async throws {
        try await process.admission.delete(
            checkpointID: checkpoint.id, providerID: "provider", caller: TestProcess.caller())
    }

    static func reset(_ checkpoint: Checkpoint, in process: TestProcess) async throws {
        try await process.admission.resetState(
            checkpointID: checkpoint.id, providerID: "provider", to: .error, caller: TestProcess.caller())
    }
}
