import FoundationEssentials
import Protection
import Telemetry
import Testing

typealias AnyAnswerStore = any OperationStore & AnswerStore

private let body = Secret(Array("{\"restore\": {\"password\": \"open sesame\"}}".utf8))
private let other = Secret(Array("{\"restore\": {\"password\": \"open barley\"}}".utf8))

let answerStoreCases: [ConformanceCase<AnyAnswerStore>] = [
    ConformanceCase("an answer that came with an admission is given for the same body only") { store in
        let answer = Samples.answer(request: body)
        var admission = Samples.admission()
        admission.answer = answer
        #expect(try await store.answer(to: answer.key, request: body, at: Samples.date(0)) == .unknown)
        try await store.admit(admission)
        #expect(
            try await store.answer(to: answer.key, request: body, at: Samples.date(1))
                == .answered(status: answer.status, body: answer.body))
        #expect(try await store.answer(to: answer.key, request: other, at: Samples.date(1)) == .different)
    },
    ConformanceCase("another project, path or key knows nothing of it") { store in
        let answer = Samples.answer(request: body)
        try await store.keep(answer)
        let changes: [WritableKeyPath<IdempotencyKey, String>] = [\.projectID, \.path, \.text]
        for change in changes {
            var key = answer.key
            key[keyPath: change] += "x"
            #expect(try await store.answer(to: key, request: body, at: Samples.date(1)) == .unknown)
        }
    },
    ConformanceCase("an admission that is refused keeps no answer") { store in
        let operation = Samples.operation(.delete)
        try await store.admit(Samples.admission(operation))
        let answer = Samples.answer(request: body)
        var admission = Samples.admission(Samples.operation(.delete, checkpoint: operation.checkpointID))
        admission.answer = answer
        await expectStoreError(.conflict) { try await store.admit(admission) }
        #expect(try await store.answer(to: answer.key, request: body, at: Samples.date(1)) == .unknown)
    },
    ConformanceCase("a key that has an answer admits nothing more") { store in
        let answer = Samples.answer(request: body)
        try await store.keep(answer)
        let operation = Samples.operation()
        var admission = Samples.admission(operation)
        admission.answer = answer
        await expectStoreError(.conflict) { try await store.admit(admission) }
        await expectStoreError(.conflict) { try await store.keep(answer) }
        #expect(try await store.unfinished().operations.isEmpty)
        await expectStoreError(.notFound) { try await store.context(of: operation.id) }
    },
    ConformanceCase("what is taken back takes its answer along, and no other") { store in
        let (mine, others) = (Samples.answer(request: body), Samples.answer(key: "key-2", request: body))
        let operation = Samples.operation()
        var admission = Samples.admission(operation)
        admission.answer = mine
        try await store.admit(admission)
        try await store.keep(others)
        try await store.retract(operation.id)
        #expect(try await store.answer(to: mine.key, request: body, at: Samples.date(1)) == .unknown)
        #expect(try await store.answer(to: others.key, request: body, at: Samples.date(1)) != .unknown)
    },
    ConformanceCase("it stays when its operation ends, for 24 hours") { store in
        let answer = Samples.answer(request: body)
        let operation = Samples.operation()
        var admission = Samples.admission(operation)
        admission.answer = answer
        try await store.admit(admission)
        try await store.conclude(Samples.conclusion(of: operation, "available"))
        let day = KeptAnswer.lifetime
        #expect(try await store.answer(to: answer.key, request: body, at: Samples.date(day - 1)) != .unknown)
        #expect(try await store.answer(to: answer.key, request: body, at: Samples.date(day + 1)) == .unknown)
        try await store.keep(Samples.answer(request: other, at: day + 1))
        #expect(try await store.answer(to: answer.key, request: body, at: Samples.date(day + 2)) == .different)
    },
    ConformanceCase("a project has so many bytes of answers, and the next one is refused with all that came along") {
        store in
        let half = Array(repeating: UInt8(0x20), count: KeptAnswer.byteLimit / 2)
        try await store.keep(Samples.answer(key: "a", request: body, body: half))
        try await store.keep(Samples.answer(key: "b", request: body, body: half))
        var admission = Samples.admission()
        admission.answer = Samples.answer(key: "c", request: body)
        let error = await expectStoreError(.quotaExceeded) { try await store.admit(admission) }
        #expect(error != nil)
        #expect(try await store.unfinished().operations.isEmpty)
        try await store.keep(Samples.answer(project: "p2", key: "c", request: body))
        admission.answer = Samples.answer(key: "c", request: body, at: KeptAnswer.lifetime + 1)
        try await store.admit(admission)
    },
]
