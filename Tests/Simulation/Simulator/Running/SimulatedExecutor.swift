import Loop

/// The loop's executor: what is for it waits in the queue of jobs until that is drained.
final class SimulatedExecutor: LoopExecutor {
    let tasks = SimulatedTaskExecutor()

    var isCurrent: Bool { JobQueue.shared.isRunning }

    func enqueue(_ job: consuming ExecutorJob) { JobQueue.shared.add(.actors(UnownedJob(job))) }

    func checkIsolated() { precondition(isCurrent, "not on the simulated loop") }
}

/// The same for tasks that are to stay on the loop.
final class SimulatedTaskExecutor: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) { JobQueue.shared.add(.tasks(UnownedJob(job))) }
}
