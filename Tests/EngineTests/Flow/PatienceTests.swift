import FoundationEssentials
import Keystone
import Logging
import Loop
import PluginKit
import Protection
import TestSupport
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct PatienceTests {
    private let time = QuickTime()
    private let scope: OperationScope
    private let patience: Patience

    init() {
        scope = OperationScope(time: time, end: time.now() + .seconds(3600), reason: .cleanUpEnded)
        patience = Patience(scope: scope, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private var wait: PollingWait {
        let poller = Poller(loop: Loop(label: "test"), time: time, log: patience.log)
        return PollingWait(
            scope: scope, log: patience.log, poller: poller, realm: .init(projectID: "p", isAdministrators: false),
            operationID: "op")
    }

    @Test(arguments: [
        BankError(.unavailable, "") as any Error & Sendable, BankError(.full, ""), StoreError(.unavailable, ""),
        ServiceError(.unavailable, "", serviceType: "x"), ServiceError(.timedOut, "", serviceType: "x"),
    ])
    func `what may pass is ridden out`(error: any Error & Sendable) async throws {
        let tries = Counted()
        let result = try await patience("try") {
            if tries.more() < 20 { throw error }
            return "done"
        }
        #expect(result == "done")
        #expect(tries.count == 20)
    }

    @Test(arguments: [
        BankError(.corrupted, "") as any Error & Sendable, StoreError(.sealBroken, ""),
        ServiceError(.notFound, "", serviceType: "x"), ServiceError(.userTokenGone, "", serviceType: "x"),
        ResourceFailure("no"),
    ])
    func `what will not pass is thrown at once`(error: any Error & Sendable) async {
        let tries = Counted()
        await #expect {
            try await patience("try") {
                tries.more()
                throw error
            }
        } throws: {
            type(of: $0) == type(of: error)
        }
        #expect(tries.count == 1)
    }

    @Test func `it does not last beyond its scope`() async {
        let begin = time.now()
        await #expect(throws: Interruption.cleanUpEnded) {
            try await patience("try") { throw BankError(.unavailable, "") }
        }
        #expect(time.now() - begin == .seconds(3600))
    }

    @Test func `its pauses grow to fifteen seconds`() async {
        let tries = Counted()
        _ = try? await patience("try") {
            tries.more()
            throw BankError(.unavailable, "")
        }
        // 0.2 + 0.4 + … + 12.8 are seven pauses in 25.4 s, and then one every 15 s of an hour; the last is cut short.
        #expect(tries.count == 1 + 7 + 238)
    }

    @Test func `a wait looks at once, then until the verdict, and rides out what may pass`() async throws {
        let looks = Counted()
        let value = try await wait.wait(upTo: .seconds(5)) {
            let look = looks.more()
            if look == 2 { throw ServiceError(.serverError, "", serviceType: "x", status: 500) }
            return look
        } verdict: {
            $0 < 5 ? .pending : .done
        }
        #expect(value == 5)
        // Looks 1, 3 and 4 were pending, look 2 failed: three growing pauses and one of patience.
        let begin = time.now()
        _ = try await wait.wait(upTo: .seconds(5)) {
            1
        } verdict: { _ in
            .done
        }
        #expect(time.now() == begin)
    }

    @Test func `a wait throws what its verdict says, and what is no verdict and will not pass`() async {
        await #expect {
            _ = try await wait.wait(upTo: .seconds(5)) {
                1
            } verdict: { _ in
                .failed(reason: "it is broken")
            }
        } throws: {
            ($0 as? ResourceFailure)?.reason == "it is broken"
        }
        await #expect(throws: ServiceError.self) {
            _ = try await wait.wait(upTo: .seconds(5)) { () -> Int in
                throw ServiceError(.forbidden, "", serviceType: "x")
            } verdict: { _ in
                .pending
            }
        }
    }

    @Test func `a wait's pauses grow to its interval and not beyond its scope`() async {
        let begin = time.now()
        let looks = Counted()
        await #expect(throws: Interruption.cleanUpEnded) {
            _ = try await wait.wait(upTo: .seconds(60)) {
                looks.more()
            } verdict: { _ in
                .pending
            }
        }
        #expect(time.now() - begin == .seconds(3600))
        #expect((65...80).contains(looks.count))
    }

    @Test func `an answer is waited for over what may pass, and what will not pass is thrown`() async throws {
        let tries = Counted()
        let answer = try await wait.answer {
            if tries.more() < 5 { throw ServiceError(.serverError, "", serviceType: "x", status: 500) }
            return 7
        }
        #expect(answer == 7)
        await #expect(throws: ServiceError.self) {
            try await wait.answer { throw ServiceError(.forbidden, "", serviceType: "x", status: 403) }
        }
    }

    @Test func `a bank that does not answer until the scope ends is quoted with its last words`() async throws {
        let tries = Counted()
        let bank = PatientBank(bank: GrumblingBank(tries: tries), patience: patience)
        let key = try BankKey(parts: ["x"])
        await #expect {
            _ = try await bank.get(key)
        } throws: {
            ($0 as? BankError)?.message == "refusal \(tries.count)"
        }
        #expect(tries.count > 100)
    }
}

/// Never answers, and says it differently each time.
private struct GrumblingBank: Bank {
    let tries: Counted

    private func refusal() -> BankError { BankError(.unavailable, "refusal \(tries.more())") }

    func put(_ bytes: [UInt8], format: BankFormat, at key: BankKey) async throws(BankError) { throw refusal() }
    func get(_ key: BankKey) async throws(BankError) -> [UInt8] { throw refusal() }
    func delete(_ key: BankKey) async throws(BankError) { throw refusal() }
    func list(
        prefix: BankKey, order: BankOrder, after marker: BankKey?, limit: Int?
    ) async throws(BankError) -> [BankKey] { throw refusal() }
}
