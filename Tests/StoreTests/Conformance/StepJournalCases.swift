import Protection
import Testing

let stepJournalCases: [ConformanceCase<AnyStepJournal>] = [
    ConformanceCase("an intent has no result until it is finished") { store in
        let operation = Samples.operation()
        try await store.admit(Samples.admission(operation))
        var step = Samples.step(operation)
        try await store.begin(step)
        #expect(try await store.steps(of: operation.id) == [step])
        step.result = [0, 255, 1]
        try await store.finish(operationID: operation.id, path: step.path, result: [0, 255, 1])
        #expect(try await store.steps(of: operation.id) == [step])
    },
    ConformanceCase("an empty result is a result") { store in
        let operation = Samples.operation()
        try await store.admit(Samples.admission(operation))
        try await store.begin(Samples.step(operation))
        try await store.finish(operationID: operation.id, path: Samples.step(operation).path, result: [])
        #expect(try await store.steps(of: operation.id).map(\.result) == [[]])
    },
    ConformanceCase("another attempt replaces the intent of the earlier one") { store in
        let operation = Samples.operation()
        try await store.admit(Samples.admission(operation))
        var step = Samples.step(operation)
        try await store.begin(step)
        try await store.finish(operationID: operation.id, path: step.path, result: [1])
        step.begunAt = Samples.date(100)
        step.settlesAt = Samples.date(160)
        try await store.begin(step)
        #expect(try await store.steps(of: operation.id) == [step])
    },
    ConformanceCase("each operation has its own steps, as they were begun") { store in
        let operations = (0..<3).map { _ in Samples.operation() }
        for operation in operations { try await store.admit(Samples.admission(operation)) }
        for index in 0..<5 {
            for operation in operations {
                var step = Samples.step(operation, "step \(9 - index)")
                step.begunAt = Samples.date(Double(index))
                try await store.begin(step)
            }
        }
        for operation in operations {
            #expect(
                try await store.steps(of: operation.id).map(\.path) == (0..<5).map { "step \(9 - $0)" })
        }
        #expect(try await store.steps(of: "none").isEmpty)
    },
    ConformanceCase("there is no step without an operation that goes on, and no result without an intent") { store in
        let ended = Samples.operation()
        try await store.admit(Samples.admission(ended))
        try await store.conclude(Samples.conclusion(of: ended, "error"))
        await expectStoreError(.notFound) { try await store.begin(Samples.step(ended)) }
        await expectStoreError(.notFound) { try await store.begin(Samples.step(Samples.operation())) }
        await expectStoreError(.notFound) {
            try await store.finish(operationID: ended.id, path: "never begun", result: [])
        }
        #expect(try await store.steps(of: ended.id).isEmpty)
    },
    ConformanceCase("two hundred tasks at once lose nothing") { store in
        let operations = (0..<4).map { _ in Samples.operation() }
        for operation in operations { try await store.admit(Samples.admission(operation)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask {
                    let operation = operations[index % 4]
                    for round in 0..<3 {
                        let path = "\(index)/\(round)"
                        try await store.begin(Samples.step(operation, path))
                        try await store.finish(operationID: operation.id, path: path, result: Array(path.utf8))
                        if round == 1 { _ = try await store.steps(of: operation.id) }
                    }
                }
            }
            try await group.waitForAll()
        }
        for operation in operations {
            let steps = try await store.steps(of: operation.id)
            #expect(steps.count == 150)
            #expect(steps.allSatisfy { $0.result == Array($0.path.utf8) })
        }
    },
]
