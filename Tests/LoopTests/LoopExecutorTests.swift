import Loop
import TestSupport
import Testing

/// Keeps jobs until a test runs them.
private final class PatientExecutor: LoopExecutor {
    final class Tasks: TaskExecutor {
        let jobs = Locked<[UnownedJob]>([])

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            jobs.withLock { $0.append(job) }
        }
    }

    let tasks = Tasks()
    let isCurrent = false

    func enqueue(_ job: consuming ExecutorJob) { tasks.enqueue(job) }

    func runAll() {
        while let job = tasks.jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
            job.runSynchronously(on: tasks.asUnownedTaskExecutor())
        }
    }
}

@Suite struct LoopExecutorTests {
    @Test func `a loop runs where its executor has it run, and has its driver's time`() async throws {
        let executor = PatientExecutor()
        let time = ManualTime()
        let loop = Loop(executor: executor, time: time)
        let progress = Locked(0)
        let task = loop.spawn {
            progress.withLock { $0 = 1 }
            try await loop.sleep(for: .seconds(3600))
            progress.withLock { $0 = 2 }
        }
        #expect(progress.withLock { $0 } == 0)
        executor.runAll()
        #expect(progress.withLock { $0 } == 1)
        time.advance(by: .seconds(3600))
        #expect(loop.now() == time.now() && loop.date() == time.date())
        #expect(progress.withLock { $0 } == 1)
        executor.runAll()
        #expect(progress.withLock { $0 } == 2)
        try await task.value
    }
}
