import FoundationEssentials
import PluginKit
import Protection
import TestSupport
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct OperationAdmissionTests {
    private let disk = MemoryDisk()
    private let world = World()

    private func process(_ mortal: Mortal = Mortal()) throws -> TestProcess {
        try TestProcess(disk: disk, world: world, mortal: mortal)
    }

    private func fault(_ ask: () async throws -> Void) async -> ServiceFault.Code? {
        do {
            try await ask()
            return nil
        } catch {
            return (error as? ServiceFault)?.code
        }
    }

    private func refusal(of plan: Plan, by process: TestProcess) async -> ServiceFault.Code? {
        await fault {
            _ = try await process.admission.protect(plan, extraInfo: [:], quota: -1, caller: TestProcess.caller())
        }
    }

    @Test func `another project's checkpoint does not exist, except for an admin`() async throws {
        let process = try process()
        let checkpoint = try await process.protect("y")
        try await process.settle()
        let stranger = TestProcess.caller(project: "another")
        let admission = process.admission
        let restore = RestoreRequest(
            providerID: "provider", checkpointID: checkpoint.id, restoreTarget: nil,
            parameters: Parameters())
        let verification = VerificationRequest(
            providerID: "provider", checkpointID: checkpoint.id, parameters: Parameters())
        #expect(
            await fault { _ = try await admission.checkpoint(checkpoint.id, providerID: "provider", caller: stranger) }
                == .notFound)
        #expect(await fault { _ = try await admission.restore(restore, caller: stranger) } == .notFound)
        #expect(await fault { _ = try await admission.verify(verification, caller: stranger) } == .notFound)
        #expect(
            await fault {
                try await admission.delete(checkpointID: checkpoint.id, providerID: "provider", caller: stranger)
            } == .notFound)
        #expect(
            await fault {
                try await admission.resetState(
                    checkpointID: checkpoint.id, providerID: "provider", to: .error, caller: stranger)
            } == .notFound)
        #expect(disk.rows.operations.count == 1)
        let admin = TestProcess.caller(project: "another", isAdmin: true)
        #expect(
            try await admission.checkpoint(checkpoint.id, providerID: "provider", caller: admin).id == checkpoint.id)
    }

    @Test func `a checkpoint is found through its own provider only`() async throws {
        let process = try TestProcess(disk: disk, world: world, providers: ["provider", "other"])
        let checkpoint = try await process.protect("y")
        try await process.settle()
        let admission = process.admission
        #expect(
            await fault {
                _ = try await admission.checkpoint(checkpoint.id, providerID: "other", caller: TestProcess.caller())
            } == .notFound)
        #expect(
            await fault {
                _ = try await admission.checkpoint(checkpoint.id, providerID: "none", caller: TestProcess.caller())
            } == .notFound)
        #expect(
            await fault {
                _ = try await admission.checkpoint("../../etc", providerID: "provider", caller: TestProcess.caller())
            } == .notFound)
    }

    @Test(arguments: [CheckpointStatus.protecting, .error, .deleting, .deleted, .errorDeleting, .available])
    func `what may be done to a checkpoint depends on its state`(status: CheckpointStatus) async throws {
        let process = try process()
        var checkpoint = try await process.protect("y")
        try await process.settle()
        checkpoint = try await process.checkpoints.checkpoint(checkpoint.id)
        checkpoint.status = status
        try await process.checkpoints.update(checkpoint)
        let caller = TestProcess.caller()
        let id = checkpoint.id
        let admission = process.admission
        let reset = await fault {
            try await admission.resetState(checkpointID: id, providerID: "provider", to: .available, caller: caller)
        }
        #expect(reset == ([.available, .error, .protecting, .deleting].contains(status) ? nil : .badRequest))
        checkpoint.status = status
        try await process.checkpoints.update(checkpoint)
        let restored = await fault { _ = try await process.restore(checkpoint) }
        #expect(restored == (status == .available ? nil : .conflict))
        try await process.settle()
        let deleted = await fault {
            try await admission.delete(checkpointID: id, providerID: "provider", caller: caller)
        }
        #expect(deleted == (status == .deleted ? .conflict : nil))
        try await process.settle()
    }

    @Test func `two operations that do not both only read a checkpoint are in conflict`() async throws {
        let process = try process()
        let checkpoint = try await process.protect("y")
        try await process.settle()
        await process.engine.suspend()
        _ = try await process.restore(checkpoint)
        _ = try await process.restore(checkpoint)
        let admission = process.admission
        #expect(
            await fault {
                try await admission.delete(
                    checkpointID: checkpoint.id, providerID: "provider", caller: TestProcess.caller())
            } == .conflict)
        #expect(try await process.status(checkpoint) == .available)
    }

    @Test func `a full quota is told with its limit, and nothing is written`() async throws {
        let process = try process()
        let admission = process.admission
        await #expect(throws: ServiceFault(.overLimit, "Maximum number of checkpoints allowed (0) exceeded")) {
            _ = try await admission.protect(
                TestProcess.plan(["y"]), extraInfo: [:], quota: 0, caller: TestProcess.caller())
        }
        #expect(disk.rows.operations.isEmpty)
        #expect(disk.rows.objects.isEmpty)
    }

    // MARK: Operations that are under way, and those that are not

    @Test(arguments: [CheckpointStatus.protecting, .deleting])
    func `a checkpoint that was left in the middle can be deleted, but not while an operation on it is under way`(
        status: CheckpointStatus
    ) async throws {
        let process = try process()
        await process.engine.suspend()
        var checkpoint = try await process.protect("y")
        checkpoint.status = status
        try await process.checkpoints.update(checkpoint)
        let id = checkpoint.id
        let ask = { (process: TestProcess) in
            try await process.admission.delete(checkpointID: id, providerID: "provider", caller: TestProcess.caller())
        }
        #expect(await fault { try await ask(process) } == nil, "it cancels the protect")
        #expect(await fault { try await ask(process) } == .conflict)
        checkpoint.status = status
        try await process.checkpoints.update(checkpoint)
        // The store is lost, the bank is not.
        disk.change { $0.operations = [] }
        let next = try self.process()
        #expect(await fault { try await ask(next) } == nil)
        try await next.settle()
        #expect(try await next.status(checkpoint) == .deleted)
    }

    @Test func `no checkpoint is reset while an operation on it is under way`() async throws {
        let process = try process()
        let checkpoint = try await process.protect("y")
        let reset = {
            try await process.admission.resetState(
                checkpointID: checkpoint.id, providerID: "provider", to: .error, caller: TestProcess.caller())
        }
        try await process.settle()
        await process.engine.suspend()
        _ = try await process.restore(checkpoint)
        #expect(await fault(reset) == .conflict)
        #expect(try await process.status(checkpoint) == .available)
        disk.change { $0.operations = [] }
        #expect(await fault(reset) == nil)
        #expect(try await process.status(checkpoint) == .error)
    }

    @Test func `who asks between a checkpoint's last state and its operation's end is let in`() async throws {
        let time = ManualTime()
        let process = try TestProcess(disk: disk, world: world, time: time)
        await process.engine.suspend()
        var checkpoint = try await process.protect("y")
        checkpoint.status = .available
        try await process.checkpoints.update(checkpoint)
        let available = checkpoint
        let asking = Task { try await process.restore(available) }
        try await eventually { !time.deadlines.isEmpty }
        disk.change { $0.operations[0].state = .ended }
        time.advance(by: .milliseconds(50))
        _ = try await asking.value
        #expect(disk.rows.operations.count == 2)
    }

    @Test func `who asks while an operation does not end is refused after a moment`() async throws {
        let process = try process()
        await process.engine.suspend()
        var checkpoint = try await process.protect("y")
        checkpoint.status = .available
        try await process.checkpoints.update(checkpoint)
        #expect(await fault { _ = try await process.restore(checkpoint) } == .conflict)
    }

    @Test func `who asks while the checkpoint is changed after all is refused`() async throws {
        let time = ManualTime()
        let process = try TestProcess(disk: disk, world: world, time: time)
        await process.engine.suspend()
        var checkpoint = try await process.protect("y")
        checkpoint.status = .available
        try await process.checkpoints.update(checkpoint)
        let available = checkpoint
        let asking = Task { await fault { _ = try await process.restore(available) } }
        try await eventually { !time.deadlines.isEmpty }
        checkpoint.status = .deleted
        try await process.checkpoints.update(checkpoint)
        disk.change { $0.operations[0].state = .ended }
        time.advance(by: .milliseconds(50))
        #expect(await asking.value == .conflict)
        #expect(disk.rows.operations.count == 1)
    }

    // MARK: Bank and store

    /// The lease, the claim, and the checkpoint's own objects.
    @Test(arguments: [1, 2, 4, 5, 6, 7])
    func `a bank that does not take all of the checkpoint is left without it, and no row stays`(call: Int) async throws
    {
        let process = try process(Mortal(.fails(call: call)))
        #expect(await fault { _ = try await process.protect("y") } == .unavailable)
        #expect(process.mortal.calls[call - 1].hasPrefix("put "))
        #expect(disk.rows.objects.isEmpty)
        #expect(disk.rows.operations.isEmpty)
        #expect(disk.rows.contexts.isEmpty)
        #expect(disk.rows.logs.isEmpty)
        #expect(await process.engine.inFlight == (0, 0))
    }

    @Test func `a bank that can only be read refuses, and no row stays`() async throws {
        let process = try process()
        process.isReadOnly.set(true)
        #expect(await fault { _ = try await process.protect("y") } != nil)
        #expect(disk.rows.operations.isEmpty)
        #expect(disk.rows.objects.isEmpty)
    }

    @Test func `a protect that cannot be taken back goes on, and its caller gets the checkpoint`() async throws {
        let first = try process()
        await first.engine.suspend()
        first.bank.fail(with: BankError(.unavailable, "no answer"))
        let checkpoint = try await first.protect("y")
        #expect(disk.rows.operations.map(\.id).count == 1)
        let second = try process()
        try await second.engine.start()
        try await second.settle()
        #expect(try await second.status(checkpoint) == .available)
    }

    @Test func `a store that does not answer is unavailable`() async throws {
        let process = try process(Mortal(.failsFirst("admit")))
        #expect(await fault { _ = try await process.protect("y") } == .unavailable)
    }

    @Test func `what a bank or the store says of itself is for the operator`() {
        let secret = "cannot read /checkpoints/x: (SQLite 522)"
        for code in [BankError.Code.unavailable, .full, .readOnly, .tooLarge, .invalidKey, .notFound] {
            let fault = ServiceFault(BankError(code, secret))
            #expect(!fault.message.contains("/"), "\(code)")
            #expect(fault.detail == secret, "\(code)")
        }
        for code in [StoreError.Code.unavailable, .full] {
            let fault = ServiceFault(StoreError(code, secret))
            #expect(
                fault == ServiceFault(.unavailable, "The service's store cannot be used at the moment.", detail: secret)
            )
        }
    }

    @Test func `a marker that is no checkpoint is not found`() async throws {
        let process = try process()
        await #expect(throws: ServiceFault(.notFound, "Marker nothing could not be found.")) {
            _ = try await process.admission.checkpoints(
                CheckpointQuery(projectID: TestProcess.project, marker: "nothing"), providerID: "provider",
                caller: TestProcess.caller())
        }
    }

    @Test func `a type that the provider does not protect, and an unknown provider, are refused`() async throws {
        let process = try process()
        var image = TestProcess.plan(["y"])
        image.resources[0].type = .image
        #expect(await refusal(of: image, by: process) == .badRequest)
        #expect(await refusal(of: TestProcess.plan(["y"], provider: "none"), by: process) == .notFound)
        #expect(disk.rows.operations.isEmpty)
    }

    @Test func `a checkpoint keeps its plan, its extra information as text, and its project`() async throws {
        let process = try process()
        let checkpoint = try await process.admission.protect(
            TestProcess.plan(["y"]), extraInfo: ["created_by": "manual"], quota: -1, caller: TestProcess.caller())
        #expect(checkpoint.index["extra_info"] == .string(#"{"created_by": "manual"}"#))
        #expect(checkpoint.projectID == TestProcess.project)
        #expect(checkpoint.planID == "a-plan")
        try await process.settle()
        let listed = try await process.admission.checkpoints(
            CheckpointQuery(projectID: TestProcess.project), providerID: "provider", caller: TestProcess.caller())
        #expect(listed.map(\.id) == [checkpoint.id])
    }
}
