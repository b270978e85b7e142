import FoundationEssentials
import Keystone
import Loop
import Protection
import Telemetry
import TestSupport
import Testing

@testable import Engine

/// Ends the process, or fails a call, at every call that a request makes on its way; its client sends it again until there is an
/// answer, to the life after that too. One thing comes of it, and all answers tell of that.
@Suite(.timeLimit(.minutes(5))) struct IdempotentCrashTests {
    private static let body = Secret(Array("{\"checkpoint\": {}}".utf8))
    private let time = QuickTime()

    /// The daemon as a client meets it.
    private struct Front: Sendable {
        let process: TestProcess
        let requests: IdempotentRequests

        init(_ process: TestProcess) {
            self.process = process
            requests = IdempotentRequests(store: process.store, time: process.environment.time)
        }

        func protect() async throws -> [UInt8] {
            try await ask { keeping in
                let answer = { @Sendable (checkpoint: Checkpoint) -> JSONValue in .string(checkpoint.id) }
                return answer(
                    try await process.admission.protect(
                        TestProcess.plan(["y"]), extraInfo: [:], quota: -1, caller: TestProcess.caller(),
                        keeping: keeping.keeping(answer)))
            }
        }

        func restore(_ checkpoint: Checkpoint) async throws -> [UInt8] {
            try await ask { keeping in
                let answer = { @Sendable (restore: Restore) -> JSONValue in .string(restore.id) }
                return answer(
                    try await process.admission.restore(
                        RestoreRequest(
                            providerID: "provider", checkpointID: checkpoint.id, restoreTarget: nil,
                            parameters: Parameters()), caller: TestProcess.caller(), keeping: keeping.keeping(answer)))
            }
        }

        private func ask(_ perform: (AnswerKeeping) async throws -> JSONValue) async throws -> [UInt8] {
            let key = IdempotencyKey(projectID: TestProcess.project, path: "/", text: "k")
            return try await requests.answer(to: key, request: IdempotentCrashTests.body) { keeping in
                IdempotentRequests.Answer(status: 200, body: try await perform(keeping).encodedBytes)
            }.body
        }
    }

    /// Sends a request to a daemon that `fate` has a blow for, and again to the next one; returns the answers, and how many calls
    /// the first one made until it had answered or died.
    private func live(
        _ disk: MemoryDisk, _ world: World, _ fate: Mortal.Fate,
        _ ask: @escaping @Sendable (Front) async throws -> [UInt8]
    ) async throws -> (answers: [[UInt8]], calls: Int) {
        let mortal = Mortal(fate)
        let first = Front(try TestProcess(disk: disk, world: world, mortal: mortal, time: time))
        await first.process.engine.stopWaiting()
        let answers = Locked<[[UInt8]]>([])
        let hasEnded = Switch()
        Task.detached {
            // One that was refused, or whose answer was lost, is sent again.
            for _ in 0..<2 {
                guard let answer = try? await ask(first) else { continue }
                answers.withLock { $0.append(answer) }
            }
            hasEnded.set(true)
        }
        try await eventually { mortal.isDead || hasEnded.isOn }
        let calls = mortal.calls.count
        mortal.die()
        let second = Front(try TestProcess(disk: disk, world: world, time: time))
        try await second.process.engine.start()
        for _ in 0..<2 {
            let answer = try await ask(second)
            answers.withLock { $0.append(answer) }
        }
        try await second.process.settle()
        let last = try await ask(second)
        return (answers.withLock { $0 } + [last], calls)
    }

    private func everyCall(_ check: (Mortal.Fate) async throws -> Int) async throws {
        let blows: [(Int) -> Mortal.Fate] = [
            { .diesBefore(call: $0) }, { .diesAfter(call: $0) }, { .fails(call: $0) }, { .losesAnswer(call: $0) },
        ]
        for blow in blows {
            var call = 1
            while try await check(blow(call)) >= call { call += 1 }
            #expect(call > 3, "the request makes so few calls that something is missing")
        }
    }

    @Test func `of a protect that is sent again there is one, whatever call it is hit at`() async throws {
        try await everyCall { fate in
            let (disk, world) = (MemoryDisk(), World())
            let (answers, calls) = try await live(disk, world, fate) { try await $0.protect() }
            #expect(Set(answers).count == 1, "\(fate)")
            #expect(disk.rows.operations.count == 1, "\(fate)")
            #expect(disk.rows.logs.values.map(\.status) == ["available"], "\(fate)")
            #expect(world.made.values.allSatisfy { $0 == 1 }, "\(fate)")
            let id = try #require(disk.rows.operations.first?.checkpointID)
            #expect(answers.first == JSONValue.string(id).encodedBytes, "\(fate)")
            return calls
        }
    }

    @Test func `of a restore that is sent again there is one, whatever call it is hit at`() async throws {
        try await everyCall { fate in
            let (disk, world) = (MemoryDisk(), World())
            let before = try TestProcess(disk: disk, world: world, time: time)
            let checkpoint = try await before.protect("y")
            try await before.settle()
            let (answers, calls) = try await live(disk, world, fate) { try await $0.restore(checkpoint) }
            #expect(Set(answers).count == 1, "\(fate)")
            #expect(disk.rows.restores.values.map(\.status) == [.success], "\(fate)")
            #expect(disk.rows.operations.count == 2, "\(fate)")
            #expect(world.made["copy of y"] == 1, "\(fate)")
            return calls
        }
    }
}
