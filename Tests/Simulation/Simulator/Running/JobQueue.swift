import CSimulation
import DequeModule
import Foundation

/// All jobs of the process that is simulated, in the order in which they came, run one after another on one thread.
///
/// Jobs come from that thread, and also from the threads of SQLite, but only while it waits for them in `run(until:)`.
final class JobQueue: @unchecked Sendable {
    enum Job {
        /// Of an actor on the loop.
        case actors(UnownedJob)
        /// Of a task that prefers the loop.
        case tasks(UnownedJob)
        /// What would have run in the runtime's own pool.
        case pool(UnsafeMutableRawPointer, run: @convention(c) (UnsafeMutableRawPointer) -> Void)
    }

    /// The runtime has one pool a process.
    static let shared = JobQueue()

    // Both are guarded by the condition.
    private let condition = NSCondition()
    private var jobs: Deque<Job> = []
    // The rest is touched by the one thread alone.
    private(set) var count = 0
    private(set) var isRunning = false

    /// Also takes what is for the pool from now on.
    func takeOverPool() {
        simulation_catch_pool_jobs { job, run in JobQueue.shared.add(.pool(job, run: run)) }
    }

    func add(_ job: Job) {
        condition.lock()
        jobs.append(job)
        if jobs.count == 1 { condition.signal() }
        condition.unlock()
    }

    /// Runs all that is ready, and what becomes ready by that. Gives up after `limit` jobs: false.
    func runAll(limit: Int = 5_000_000, on executor: SimulatedExecutor) -> Bool {
        let end = count + limit
        while count < end {
            guard let job = next() else { return true }
            run(job, on: executor)
        }
        return false
    }

    /// Runs what is ready, and waits for more, until `isDone`. False where for `patience` seconds nothing came.
    func run(until isDone: () -> Bool, patience: TimeInterval = 30, on executor: SimulatedExecutor) -> Bool {
        while !isDone() {
            guard let job = next(within: patience) else { return false }
            run(job, on: executor)
        }
        return true
    }

    private func next() -> Job? {
        condition.lock()
        defer { condition.unlock() }
        return jobs.popFirst()
    }

    private func next(within patience: TimeInterval) -> Job? {
        condition.lock()
        defer { condition.unlock() }
        if jobs.isEmpty {
            let end = Date(timeIntervalSinceNow: patience)
            while jobs.isEmpty, condition.wait(until: end) {}
        }
        return jobs.popFirst()
    }

    private func run(_ job: Job, on executor: SimulatedExecutor) {
        count += 1
        isRunning = true
        defer { isRunning = false }
        switch job {
        case .actors(let job):
            job.runSynchronously(
                isolatedTo: executor.asUnownedSerialExecutor(), taskExecutor: executor.tasks.asUnownedTaskExecutor())
        case .tasks(let job): job.runSynchronously(on: executor.tasks.asUnownedTaskExecutor())
        case .pool(let job, let run): run(job)
        }
    }
}
