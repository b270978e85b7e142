import Protection
import Testing

let quotaStoreCases: [ConformanceCase<AnyQuotaStore>] = limitCases + usageCases

private let limitCases: [ConformanceCase<AnyQuotaStore>] = [
    ConformanceCase("a project has no limits of its own until they are set, and after they are deleted") { store in
        #expect(try await store.quota(of: "p1").isEmpty)
        try await store.setQuota(of: "p1", [.plans: 5])
        try await store.setQuota(of: "p1", [.checkpoints: -1])
        try await store.setQuota(of: "p2", [.plans: 7])
        #expect(try await store.quota(of: "p1") == [.plans: 5, .checkpoints: -1])
        try await store.setQuota(of: "p1", [.plans: 6])
        #expect(try await store.quota(of: "p1") == [.plans: 6, .checkpoints: -1])
        for _ in 0..<2 { try await store.deleteQuota(of: "p1") }
        #expect(try await store.quota(of: "p1").isEmpty)
        #expect(try await store.quota(of: "p2") == [.plans: 7])
    },
    ConformanceCase("a class has limits apart from those of a project of the same name") { store in
        try await store.setQuotaClass("default", [.plans: 3, .checkpoints: 4])
        try await store.setQuotaClass("default", [.plans: 8])
        #expect(try await store.quotaClass("default") == [.plans: 8, .checkpoints: 4])
        #expect(try await store.quotaClass("other").isEmpty)
        #expect(try await store.quota(of: "default").isEmpty)
    },
]

private let usageCases: [ConformanceCase<AnyQuotaStore>] = [
    ConformanceCase("plans are counted until they are deleted, each project's own") { store in
        let plans = (0..<3).map { _ in Samples.plan() }
        for plan in plans { try await store.insert(plan, quota: 3) }
        try await store.insert(Samples.plan(project: "p2"), quota: 1)
        let refused = Samples.plan()
        let error = await expectStoreError(.quotaExceeded) { try await store.insert(refused, quota: 3) }
        #expect(error?.message == "Maximum number of plans allowed (3) exceeded")
        await expectStoreError(.notFound) { try await store.plan(refused.id) }
        #expect(try await store.usage(of: "p1") == [.plans: 3, .checkpoints: 0])
        try await store.deletePlan(plans[0].id, at: Samples.date(1))
        try await store.insert(refused, quota: 3)
        try await store.insert(Samples.plan(), quota: -1)
        #expect(try await store.usage(of: "p1")[.plans] == 4)
    },
    ConformanceCase("checkpoints are counted from the admission of their protect until they are deleted") { store in
        let protect = Samples.operation(checkpoint: "c1")
        try await store.admit(Samples.admission(protect, quota: 1))
        let refused = Samples.admission(Samples.operation(), quota: 1)
        let error = await expectStoreError(.quotaExceeded) { try await store.admit(refused) }
        #expect(error?.message == "Maximum number of checkpoints allowed (1) exceeded")
        #expect(try await store.queued(refused.operation.id) == nil)
        for status in ["available", "error-deleting"] {
            let operation = status == "available" ? protect : Samples.operation(.delete, checkpoint: "c1")
            if operation.kind == .delete { try await store.admit(Samples.admission(operation, quota: 0)) }
            #expect(try await store.usage(of: "p1")[.checkpoints] == 1)
            try await store.conclude(Samples.conclusion(of: operation, status))
            #expect(try await store.usage(of: "p1")[.checkpoints] == 1)
        }
        let delete = Samples.operation(.delete, checkpoint: "c1")
        try await store.admit(Samples.admission(delete))
        #expect(try await store.usage(of: "p1")[.checkpoints] == 1)
        try await store.conclude(Samples.conclusion(of: delete, "deleted"))
        #expect(try await store.usage(of: "p1")[.checkpoints] == 0)
        try await store.admit(refused)
    },
    ConformanceCase("what is taken back, or a deletion of a checkpoint never seen, counts nothing") { store in
        try await store.admit(Samples.admission(Samples.operation(checkpoint: "c1")))
        try await store.conclude(Samples.conclusion(of: try await store.unfinished().operations[0], "error"))
        for checkpoint in ["c1", "made elsewhere"] {
            let delete = Samples.operation(.delete, checkpoint: checkpoint)
            try await store.admit(Samples.admission(delete))
            try await store.retract(delete.id)
            #expect(try await store.usage(of: "p1")[.checkpoints] == 1)
        }
        let protect = Samples.operation()
        try await store.admit(Samples.admission(protect))
        try await store.retract(protect.id)
        #expect(try await store.usage(of: "p1")[.checkpoints] == 1)
        let delete = Samples.operation(.delete, checkpoint: "made elsewhere")
        try await store.admit(Samples.admission(delete))
        try await store.conclude(Samples.conclusion(of: delete, "error-deleting"))
        #expect(try await store.usage(of: "p1")[.checkpoints] == 1)
    },
    ConformanceCase("a quota holds among many that come at once") { store async throws in
        let inserted = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<30 {
                group.addTask { (try? await store.insert(Samples.plan(), quota: 7)) == nil ? 0 : 1 }
                group.addTask { (try? await store.admit(Samples.admission(quota: 5))) == nil ? 0 : 100 }
            }
            return await group.reduce(0, +)
        }
        #expect(inserted == 507)
        #expect(try await store.usage(of: "p1") == [.plans: 7, .checkpoints: 5])
    },
]
