import Protection
import Telemetry
import Testing

let operationStoreCases: [ConformanceCase<AnyOperationStore>] =
    admissionCases + conflictCases + progressCases + conclusionCases + retractionCases

private let admissionCases: [ConformanceCase<AnyOperationStore>] = [
    ConformanceCase("what was admitted is read back as it was") { store in
        let operation = Samples.operation()
        let admission = Samples.admission(operation, token: "token-1")
        try await store.admit(admission)
        #expect(try await store.context(of: operation.id) == Secret(Array("token-1".utf8)))
        #expect(try await store.plan(of: operation.id) == admission.plan)
        #expect(try await store.operationLog(operation.id) == admission.log)
        #expect(try await store.unfinished() == UnfinishedOperations(operations: [operation]))
    },
    ConformanceCase("a restore and a verification are written with their operations") { store in
        let restore = Samples.admission(Samples.operation(.restore))
        let verification = Samples.admission(Samples.operation(.verify))
        try await store.admit(restore)
        try await store.admit(verification)
        #expect(try await store.restore(#require(restore.restore).id) == restore.restore)
        #expect(
            try await store.verification(#require(verification.verification).id) == verification.verification)
    },
    ConformanceCase("an operation without a plan, or that does not exist, is not found") { store in
        let operation = Samples.operation(.delete)
        try await store.admit(Samples.admission(operation))
        await expectStoreError(.notFound) { try await store.plan(of: operation.id) }
        await expectStoreError(.notFound) { try await store.context(of: "none") }
        await expectStoreError(.notFound) { try await store.begin("none", status: "protecting", at: Samples.date(0)) }
        await expectStoreError(.notFound) { try await store.report("none", extraInfo: .null, resources: nil) }
        await expectStoreError(.notFound) {
            try await store.conclude(Samples.conclusion(of: Samples.operation(), "error"))
        }
    },
    ConformanceCase("an id is used once; what came second leaves the first as it was, and no row of its own") { store in
        let first = Samples.operation()
        try await store.admit(Samples.admission(first))
        var second = Samples.operation(.restore)
        second.id = first.id
        second.restoreID = "second"
        await expectStoreError(.conflict) { [second] in try await store.admit(Samples.admission(second)) }
        #expect(try await store.unfinished().operations == [first])
        await expectStoreError(.notFound) { try await store.restore("second") }
    },
    ConformanceCase("unfinished lists the queued and the running, oldest first") { store in
        let operations = (0..<5).map { Samples.operation(at: Double(10 - $0)) }
        for operation in operations { try await store.admit(Samples.admission(operation)) }
        try await store.begin(operations[1].id, status: "protecting", at: Samples.date(20))
        try await store.conclude(Samples.conclusion(of: operations[2], "available"))
        let listed = try await store.unfinished().operations
        #expect(listed.map(\.id) == [4, 3, 1, 0].map { operations[$0].id })
        #expect(listed.map(\.state) == [.queued, .queued, .running, .queued])
    },
    ConformanceCase("a project has no more checkpoints than its quota, counted until they are deleted") { store in
        let protect = Samples.operation(checkpoint: "c1")
        try await store.admit(Samples.admission(protect, quota: 1))
        let refused = Samples.admission(Samples.operation(), quota: 1)
        func expectRefusal() async {
            let error = await expectStoreError(.quotaExceeded) { try await store.admit(refused) }
            #expect(error?.message == "Maximum number of checkpoints allowed (1) exceeded")
            await expectStoreError(.notFound) { try await store.operationLog(refused.operation.id) }
        }
        await expectRefusal()
        try await store.conclude(Samples.conclusion(of: protect, "available"))
        await expectRefusal()
        for (status, isDeleted) in [("error-deleting", false), ("deleted", true)] {
            let delete = Samples.operation(.delete, checkpoint: "c1")
            try await store.admit(Samples.admission(delete, quota: 0))
            await expectRefusal()
            try await store.conclude(Samples.conclusion(of: delete, status))
            if !isDeleted { await expectRefusal() }
        }
        try await store.admit(Samples.admission(Samples.operation(project: "p2"), quota: 1))
        try await store.admit(refused)
        try await store.retract(refused.operation.id)
        try await store.admit(refused)
    },
    ConformanceCase("the owner's id is the same each time") { store in
        let id = try await store.ownerID()
        #expect(!id.isEmpty)
        #expect(try await store.ownerID() == id)
    },
]

private let conflictCases: [ConformanceCase<AnyOperationStore>] = [
    ConformanceCase("an operation conflicts with every other on its checkpoint, unless both only read") { store in
        for first in OperationKind.allCases {
            for second in OperationKind.allCases {
                let checkpoint = Samples.id()
                let underWay = Samples.operation(first, checkpoint: checkpoint)
                try await store.admit(Samples.admission(underWay))
                let next = Samples.admission(Samples.operation(second, checkpoint: checkpoint))
                // The other case has a delete that cancels the protect before it.
                if [first, second].allSatisfy({ $0 == .restore || $0 == .verify })
                    || (first, second) == (.protect, .delete)
                {
                    try await store.admit(next)
                } else {
                    let error = await expectStoreError(.conflict) { try await store.admit(next) }
                    #expect(error?.message.contains("(operation \(underWay.id))") == true)
                    #expect(try await store.queued(next.operation.id) == nil)
                    await expectStoreError(.notFound) { try await store.operationLog(next.operation.id) }
                }
            }
        }
    },
    ConformanceCase("a conflict says what is being done, by which operation") { store in
        let restore = Samples.operation(.restore, checkpoint: "c1")
        try await store.admit(Samples.admission(restore))
        let error = await expectStoreError(.conflict) {
            try await store.admit(Samples.admission(Samples.operation(.delete, checkpoint: "c1")))
        }
        #expect(error?.message == "checkpoint c1 is being restored (operation \(restore.id))")
    },
    ConformanceCase("a delete cancels the protect in its way, and is admitted behind it") { store in
        let protect = Samples.operation(checkpoint: "c1")
        let other = Samples.operation(checkpoint: "c2")
        let delete = Samples.operation(.delete, checkpoint: "c1")
        for one in [protect, other, delete] { try await store.admit(Samples.admission(one)) }
        let onCheckpoint = try await store.unfinished(onCheckpoint: "c1")
        #expect(onCheckpoint.map(\.id) == [protect.id, delete.id])
        #expect(onCheckpoint.map { $0.cancelledAt != nil } == [true, false])
        #expect(try await store.queued(other.id)?.cancelledAt == nil)
        // One is enough.
        await expectStoreError(.conflict) {
            try await store.admit(Samples.admission(Samples.operation(.delete, checkpoint: "c1")))
        }
    },
    ConformanceCase("a running operation conflicts too, one that has ended does not") { store in
        let restore = Samples.operation(.restore, checkpoint: "c1")
        let delete = Samples.admission(Samples.operation(.delete, checkpoint: "c1"))
        try await store.admit(Samples.admission(restore))
        try await store.begin(restore.id, status: "in_progress", at: Samples.date(1))
        await expectStoreError(.conflict) { try await store.admit(delete) }
        try await store.conclude(Samples.conclusion(of: restore, "success"))
        try await store.admit(delete)
    },
    ConformanceCase("of two that come at once, one is admitted") { store async throws in
        let admissions = (0..<20).map { _ in Samples.admission(Samples.operation(.delete, checkpoint: "c1")) }
        let admitted = await withTaskGroup(of: Bool.self) { group in
            for admission in admissions { group.addTask { (try? await store.admit(admission)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(admitted == 1)
        #expect(try await store.unfinished().operations.count == 1)
    },
]

private let progressCases: [ConformanceCase<AnyOperationStore>] = [
    ConformanceCase("begin makes it running, and sets the log's start and status once") { store in
        let operation = Samples.operation()
        try await store.admit(Samples.admission(operation))
        try await store.begin(operation.id, status: "protecting", at: Samples.date(3))
        try await store.begin(operation.id, status: "other", at: Samples.date(9))
        #expect(try await store.queued(operation.id)?.state == .running)
        let log = try await store.operationLog(operation.id)
        #expect(log.startedAt == Samples.date(3))
        #expect(log.status == "protecting")
        #expect(log.endedAt == nil)
    },
    ConformanceCase("an operation that has ended does not begin again") { store in
        let operation = Samples.operation()
        try await store.admit(Samples.admission(operation))
        try await store.conclude(Samples.conclusion(of: operation, "error"))
        await expectStoreError(.conflict) {
            try await store.begin(operation.id, status: "protecting", at: Samples.date(3))
        }
        #expect(try await store.queued(operation.id) == nil)
    },
    ConformanceCase("a cancellation is kept with its first time, and told to whoever begins the operation") { store in
        let operation = Samples.operation()
        try await store.admit(Samples.admission(operation))
        #expect(try await store.begin(operation.id, status: "protecting", at: Samples.date(1)).cancelledAt == nil)
        #expect(try await store.cancel(operation.id, at: Samples.date(2)))
        #expect(try await store.cancel(operation.id, at: Samples.date(3)))
        #expect(try await store.queued(operation.id)?.cancelledAt == Samples.date(2))
        let begun = try await store.begin(operation.id, status: "protecting", at: Samples.date(4))
        #expect(begun.cancelledAt == Samples.date(2))
        try await store.conclude(Samples.conclusion(of: operation, "error"))
        #expect(try await !store.cancel(operation.id, at: Samples.date(5)))
        #expect(try await !store.cancel("none", at: Samples.date(5)))
    },
    ConformanceCase("a report is shown by the log and by the restore, which stays in progress") { store in
        let operation = Samples.operation(.restore)
        try await store.admit(Samples.admission(operation))
        let report = ResourceReport(
            status: ["OS::Nova::Server#b": "restoring", "OS::Cinder::Volume#a": "available"],
            reason: ["OS::Nova::Server#b": "", "OS::Cinder::Volume#a": "größe"])
        try await store.report(operation.id, extraInfo: ["progress": ["steps_done": 1]], resources: report)
        let restore = try await store.restore(#require(operation.restoreID))
        #expect(restore.resources == report)
        #expect(restore.status == .inProgress)
        try await store.report(operation.id, extraInfo: ["progress": ["steps_done": 2]], resources: nil)
        #expect(try await store.restore(restore.id).resources == report)
        #expect(try await store.operationLog(operation.id).extraInfo == ["progress": ["steps_done": 2]])
    },
]

private let conclusionCases: [ConformanceCase<AnyOperationStore>] = [
    ConformanceCase("conclude writes log and restore, and wipes context, plan and steps") { store in
        for (kind, status) in [(OperationKind.protect, "available"), (.restore, "success"), (.verify, "fail")] {
            let operation = Samples.operation(kind)
            try await store.admit(Samples.admission(operation))
            try await store.begin(operation.id, status: "x", at: Samples.date(1))
            try await store.begin(Samples.step(operation))
            let report = ResourceReport(status: ["a#1": "error"], reason: ["a#1": "why"])
            try await store.conclude(Samples.conclusion(of: operation, status, error: "why", report: report))

            #expect(try await store.queued(operation.id) == nil)
            let log = try await store.operationLog(operation.id)
            #expect(log.status == status)
            #expect(log.startedAt == Samples.date(1))
            #expect(log.endedAt == Samples.date(60))
            #expect(log.errorInfo == "why")
            #expect(log.extraInfo == ["progress": ["steps_total": 2, "steps_done": 2]])
            if let id = operation.restoreID {
                #expect(try await store.restore(id).status == .success)
                #expect(try await store.restore(id).resources == report)
            }
            if let id = operation.verificationID {
                #expect(try await store.verification(id).status == .fail)
                #expect(try await store.verification(id).resources == report)
            }
            await expectStoreError(.notFound) { try await store.context(of: operation.id) }
            await expectStoreError(.notFound) { try await store.plan(of: operation.id) }
            #expect(try await store.steps(of: operation.id).isEmpty)
        }
        #expect(try await store.unfinished() == UnfinishedOperations())
    },
    ConformanceCase("called twice, conclude changes nothing; nor does a report that comes after it") { store in
        let operation = Samples.operation(.restore)
        try await store.admit(Samples.admission(operation))
        try await store.conclude(Samples.conclusion(of: operation, "success"))
        let log = try await store.operationLog(operation.id)
        let restore = try await store.restore(#require(operation.restoreID))
        let late = ResourceReport(status: ["a#1": "late"], reason: [:])
        try await store.conclude(Samples.conclusion(of: operation, "fail", error: "late", report: late))
        try await store.report(operation.id, extraInfo: "late", resources: late)
        #expect(try await store.operationLog(operation.id) == log)
        #expect(try await store.restore(restore.id) == restore)
    },
    ConformanceCase("one that is abandoned ends in error, with its reason, and nothing secret of it stays") { store in
        for kind in OperationKind.allCases {
            let operation = Samples.operation(kind)
            try await store.admit(Samples.admission(operation))
            try await store.begin(Samples.step(operation))
            for why in ["damaged", "later"] {
                try await store.abandon(operation.id, errorInfo: why, at: Samples.date(7))
            }
            #expect(try await store.queued(operation.id) == nil)
            let log = try await store.operationLog(operation.id)
            #expect(log.status == "error")
            #expect(log.errorInfo == "damaged")
            #expect(log.endedAt == Samples.date(7))
            if let id = operation.restoreID { #expect(try await store.restore(id).status == .fail) }
            if let id = operation.verificationID { #expect(try await store.verification(id).status == .fail) }
            await expectStoreError(.notFound) { try await store.context(of: operation.id) }
            await expectStoreError(.notFound) { try await store.plan(of: operation.id) }
            #expect(try await store.steps(of: operation.id).isEmpty)
        }
        try await store.abandon("none", errorInfo: "damaged", at: Samples.date(7))
        let ended = Samples.operation()
        try await store.admit(Samples.admission(ended))
        try await store.conclude(Samples.conclusion(of: ended, "available"))
        try await store.abandon(ended.id, errorInfo: "damaged", at: Samples.date(7))
        #expect(try await store.operationLog(ended.id).status == "available")
    },
    ConformanceCase("a restore that ends in a word that restores do not know has failed") { store in
        let operation = Samples.operation(.restore)
        try await store.admit(Samples.admission(operation))
        try await store.conclude(Samples.conclusion(of: operation, "error"))
        #expect(try await store.operationLog(operation.id).status == "error")
        #expect(try await store.restore(#require(operation.restoreID)).status == .fail)
    },
]

private let retractionCases: [ConformanceCase<AnyOperationStore>] = [
    ConformanceCase("a retracted admission leaves no row, and can be retracted again") { store in
        for kind in OperationKind.allCases {
            let operation = Samples.operation(kind)
            try await store.admit(Samples.admission(operation))
            try await store.begin(Samples.step(operation))
            for _ in 0..<2 { try await store.retract(operation.id) }
            #expect(try await store.queued(operation.id) == nil)
            await expectStoreError(.notFound) { try await store.operationLog(operation.id) }
            await expectStoreError(.notFound) { try await store.context(of: operation.id) }
            await expectStoreError(.notFound) { try await store.plan(of: operation.id) }
            if let id = operation.restoreID { await expectStoreError(.notFound) { try await store.restore(id) } }
            if let id = operation.verificationID {
                await expectStoreError(.notFound) { try await store.verification(id) }
            }
            #expect(try await store.steps(of: operation.id).isEmpty)
            try await store.admit(Samples.admission(operation))
            try await store.retract(operation.id)
        }
    },
    ConformanceCase("what has ended cannot be taken back") { store in
        let operation = Samples.operation()
        try await store.admit(Samples.admission(operation))
        try await store.conclude(Samples.conclusion(of: operation, "available"))
        await expectStoreError(.conflict) { try await store.retract(operation.id) }
        #expect(try await store.operationLog(operation.id).status == "available")
    },
]
