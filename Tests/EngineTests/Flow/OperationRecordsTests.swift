import FoundationEssentials
import Keystone
import Loop
import PluginKit
import Protection
import TestSupport
import Testing

@testable import Engine

/// What an operation leaves in the bank and in the store, and what they do to it.
@Suite(.timeLimit(.minutes(2))) struct OperationRecordsTests {
    private let disk = MemoryDisk()
    private let world = World()

    @Test func `a checkpoint that failed before its resources were known can be deleted`() async throws {
        let first = try TestProcess(disk: disk, world: world, sealBroken: true)
        let checkpoint = try await first.protect("y")
        try await first.settle()
        let second = try TestProcess(disk: disk, world: world)
        try await second.admission.delete(
            checkpointID: checkpoint.id, providerID: "provider", caller: TestProcess.caller())
        try await second.settle()
        #expect(try await second.status(checkpoint) == .deleted)
    }

    @Test func `a delete removes what the protect made, and the checkpoint from the lists`() async throws {
        let process = try TestProcess(disk: disk, world: world)
        let checkpoint = try await process.protect("y")
        try await process.settle()
        try await process.admission.delete(
            checkpointID: checkpoint.id, providerID: "provider", caller: TestProcess.caller())
        try await process.settle()
        #expect(try await process.status(checkpoint) == .deleted)
        #expect(process.log?.status == "deleted")
        #expect(world.things.isEmpty)
        #expect(!disk.rows.objects.keys.contains { $0.path.hasPrefix("/indices/") })
    }

    @Test func `a bank that refuses the last word for good makes it an error, and the operation ends`() async throws {
        let banks = Locked<[ProcessBank]>([])
        let process = try TestProcess(disk: disk, world: world) { hook, _ in
            guard hook == "complete" else { return }
            for bank in banks.withLock({ $0 }) { bank.fail(with: BankError(.corrupted, "the bits fell over")) }
        }
        banks.withLock { $0 = [process.bank] }
        _ = try await process.protect("y")
        try await process.settle()
        #expect(process.log?.status == "error")
        #expect(process.log?.errorInfo == "the bank: the bits fell over")
        #expect(disk.rows.operations.allSatisfy { $0.state == .ended })
    }

    @Test func `a bank that has lost the checkpoint makes it an error, and no empty one`() async throws {
        let process = try TestProcess(disk: disk, world: world) { [disk] hook, _ in
            guard hook == "complete" else { return }
            disk.change { rows in
                for key in rows.objects.keys where key.path.hasSuffix("/index.json") { rows.objects[key] = nil }
            }
        }
        let checkpoint = try await process.protect("y")
        try await process.settle()
        #expect(process.log?.status == "error")
        #expect(process.log?.errorInfo?.contains("the bank") == true)
        await #expect(throws: ServiceFault.checkpointNotFound(checkpoint.id)) {
            _ = try await process.admission.checkpoint(
                checkpoint.id, providerID: "provider", caller: TestProcess.caller())
        }
    }

    @Test func `a bank that can only be read for hours when all is done holds the operation up, and does not lose it`()
        async throws
    {
        let time = QuickTime()
        let switches = Locked<[Switch]>([])
        let process = try TestProcess(disk: disk, world: world, time: time) { hook, _ in
            guard hook == "complete" else { return }
            for isReadOnly in switches.withLock({ $0 }) { isReadOnly.set(true) }
        }
        switches.withLock { $0 = [process.isReadOnly] }
        let checkpoint = try await process.protect("y")
        let end = time.date().addingTimeInterval(3 * 3600)
        try await eventually { time.date() >= end }
        #expect(disk.rows.operations.map(\.state) == [.running])
        process.isReadOnly.set(false)
        try await process.settle()
        #expect(try await process.status(checkpoint) == .available)
        #expect(process.log?.status == "available")
    }

    @Test func `a delete that a bank which can only be read never took up ends, and leaves the checkpoint as it was`()
        async throws
    {
        let process = try TestProcess(disk: disk, world: world)
        let checkpoint = try await process.protect("y")
        try await process.settle()
        process.isReadOnly.set(true)
        try await process.admission.delete(
            checkpointID: checkpoint.id, providerID: "provider", caller: TestProcess.caller())
        try await process.settle()
        #expect(process.log?.status == "error-deleting")
        #expect(process.log?.errorInfo == "the bank: the bank can only be read")
        #expect(try await process.status(checkpoint) == .available)
        #expect(world.kinds(of: "y") == ["backup"])
    }

    @Test func `a bank that is gone for hours when all is done holds the operation up, and does not lose it`()
        async throws
    {
        let time = QuickTime()
        let banks = Locked<[ProcessBank]>([])
        let process = try TestProcess(disk: disk, world: world, time: time) { hook, _ in
            guard hook == "complete" else { return }
            for bank in banks.withLock({ $0 }) { bank.fail(with: BankError(.unavailable, "no answer")) }
        }
        banks.withLock { $0 = [process.bank] }
        let checkpoint = try await process.protect("y")
        let end = time.date().addingTimeInterval(5 * 3600)
        try await eventually { time.date() >= end }
        process.bank.fail(with: nil)
        try await process.settle()
        #expect(try await process.status(checkpoint) == .available)
        #expect(process.log?.status == "available")
        #expect(world.made == ["snapshot of y": 1, "backup of y": 1])
    }

    @Test func `a restore reports under the new id, also when it fails after it had one`() async throws {
        let process = try TestProcess(disk: disk, world: world) { hook, _ in
            if hook == "restored" { throw ResourceFailure("the copy broke") }
        }
        let checkpoint = try await process.protect("y")
        try await process.settle()
        let restore = try await process.restore(checkpoint)
        try await process.settle()
        let row = try #require(disk.rows.restores[restore.id])
        #expect(row.status == .fail)
        let id = try #require(world.things.first { $0.kind == "copy" }?.id)
        #expect(row.resources.status == ["OS::Cinder::Volume#\(id)": "error"])
        #expect(row.resources.reason == ["OS::Cinder::Volume#\(id)": "OS::Cinder::Volume#y: the copy broke"])
    }

    @Test func `what is not completed since another failed says which`() async throws {
        let process = try TestProcess(disk: disk, world: world) { hook, context in
            if hook == "restored", context.resource.id == "x-1" { throw ResourceFailure("the copy broke") }
        }
        let checkpoint = try await process.protect("server-x")
        try await process.settle()
        let restore = try await process.restore(checkpoint)
        try await process.settle()
        let row = try #require(disk.rows.restores[restore.id])
        let server = try #require(world.things.first { $0.kind == "copy" && $0.resourceID == "server-x" }?.id)
        #expect(row.resources.status["OS::Nova::Server#\(server)"] == "error")
        #expect(
            row.resources.reason["OS::Nova::Server#\(server)"]
                == "OS::Nova::Server#server-x: not completed, because of OS::Cinder::Volume#x-1: the copy broke")
        #expect(process.log?.errorInfo == "OS::Cinder::Volume#x-1: the copy broke")
    }

    @Test func `of thousands that fail the first are told in full`() async throws {
        let process = try TestProcess(disk: disk, world: world) { hook, context in
            if hook == "prepareBegin" { throw ResourceFailure("broken") }
        }
        _ = try await process.admission.protect(
            TestProcess.plan((1...103).map { "v\($0)" }), extraInfo: [:], quota: -1, caller: TestProcess.caller())
        try await process.settle()
        let reasons = try #require(process.log?.errorInfo).split(separator: "; ")
        #expect(reasons.count == 101)
        #expect(reasons.last == "and 3 more")
        #expect(reasons.first == "OS::Cinder::Volume#v1: broken")
    }

    @Test func `a restore that succeeds says so in its row, its log and its report`() async throws {
        let process = try TestProcess(disk: disk, world: world)
        let checkpoint = try await process.protect("y")
        try await process.settle()
        let restore = try await process.restore(checkpoint)
        try await process.settle()
        #expect(disk.rows.restores[restore.id]?.status == .success)
        #expect(process.log?.status == "success")
        #expect(disk.rows.restores[restore.id]?.resources.status.values.map { $0 } == ["available"])
        #expect(try await process.status(checkpoint) == .available)
    }
}
