import Foundation
import GRDB
import Protection
import Telemetry
import TestSupport
import Testing

@testable import Store

/// What the store does beyond the contract of `AnswerStore`.
@Suite(.timeLimit(.minutes(2))) struct AnswerTests {
    private let name = TemporaryFolder.storeName
    private let body = Secret(Array("{\"restore\": {\"password\": \"open sesame\"}}".utf8))

    @Test func `of a request's body nothing is in the file, not even a hash that anybody could make`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        try await store.keep(Samples.answer(request: body))
        let found = try await store.read { try Data.fetchOne($0, sql: "SELECT fingerprint FROM answers") }
        let fingerprint = try #require(found)
        await store.close()
        let bytes = try Data(folder.bytes(of: name))
        #expect(bytes.firstRange(of: fingerprint) != nil)
        #expect(bytes.firstRange(of: Data("sesame".utf8)) == nil)
        let others = try [1, 2].map { byte in
            try SealingKey(Secret(Array(repeating: UInt8(byte), count: 32)), origin: "the test").fingerprint(of: body)
        }
        #expect(Set(others + [Array(fingerprint)]).count == 3)
    }

    @Test func `with another sealing key a repeated request has its answer, and does nothing`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore(key: 1)
        let answer = Samples.answer(request: body)
        try await store.keep(answer)
        await store.close()
        let again = try await folder.openStore(key: 2)
        let known = try await again.answer(to: answer.key, request: body, at: Samples.date(1))
        #expect(known == .answered(status: 200, body: answer.body))
        await again.close()
    }

    @Test func `an answer is there after a kill exactly if what it tells of is`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        for count in 1...12 {
            let answer = Samples.answer(key: "\(count)", request: body)
            let isPlan = count.isMultiple(of: 2)
            if isPlan {
                try await store.insert(Samples.plan(id: "\(count)"), quota: -1, keeping: answer)
            } else {
                var admission = Samples.admission(Samples.operation(id: "\(count)", .restore))
                admission.answer = answer
                try await store.admit(admission)
            }
            // The WAL cut off anywhere in the last write, as a kill between any two of its pages leaves it.
            let wal = try folder.bytes(of: name + "-wal")
            guard count % 4 < 2 else { continue }
            for cut in stride(from: 0, to: min(wal.count, 40_000), by: 4_000) {
                let copy = TemporaryFolder()
                try copy.write(folder.bytes(of: name), to: name)
                try copy.write(Array(wal.dropLast(cut)), to: name + "-wal")
                let again = try await copy.openStore()
                for number in max(1, count - 3)...count {
                    let key = Samples.answer(key: "\(number)").key
                    let known = try await again.answer(to: key, request: body, at: Samples.date(1))
                    let isDone =
                        number.isMultiple(of: 2)
                        ? (try? await again.plan("\(number)")) != nil
                        : try await again.unfinished().operations.contains { $0.id == "\(number)" }
                    #expect((known != .unknown) == isDone, "\(number) of \(count), cut \(cut)")
                    if cut == 0 { #expect(isDone) }
                }
                await again.close()
            }
        }
        await store.close()
    }

    @Test func `a plan beyond the quota keeps no answer, nor an answer too many a plan`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        let answer = Samples.answer(request: body)
        await expectStoreError(.quotaExceeded) {
            try await store.insert(Samples.plan(), quota: 0, keeping: answer)
        }
        #expect(try await store.answer(to: answer.key, request: body, at: Samples.date(1)) == .unknown)
        try await store.write { database in
            for number in 0..<KeptAnswer.countLimit {
                try database.run(
                    """
                    INSERT INTO answers (project_id, path, key, key_id, fingerprint, status, body, bytes, kept_at)
                    VALUES ('p1', '/', ?, 'k', x'00', 200, x'7B7D', 2, ?)
                    """, ["\(number)", Samples.date(0).stored])
            }
        }
        let error = await expectStoreError(.quotaExceeded) {
            try await store.insert(Samples.plan(), quota: -1, keeping: answer)
        }
        #expect(error?.message.contains("Idempotency-Key") == true)
        #expect(try await store.plans(ListQuery(projectID: nil, limit: 1)).isEmpty)
        await store.close()
    }

    @Test func `what is over goes as new ones come, faster than they do, and none of it by looking at all`()
        async throws
    {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        for number in 0..<100 { try await store.keep(Samples.answer(key: "old \(number)", request: body)) }
        for number in 0..<10 {
            let day = KeptAnswer.lifetime + Double(number)
            try await store.keep(Samples.answer(key: "new \(number)", request: body, at: day))
        }
        let plans = try await store.read { database in
            #expect(try Int.fetchOne(database, sql: "SELECT count(*) FROM answers") == 10)
            return try [
                "SELECT rowid FROM answers WHERE kept_at <= 1 ORDER BY kept_at LIMIT 1",
                "SELECT count(*), total(bytes) FROM answers WHERE project_id = 'p' AND kept_at > 1",
                "DELETE FROM answers WHERE operation_id = 'o'",
            ].map { sql in
                try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + sql).map { $0["detail"] as String }.joined()
            }
        }
        for plan in plans { #expect(plan.contains("SEARCH") && !plan.contains("SCAN"), "\(plan)") }
        await store.close()
    }
}
