import Dispatch

/// Runs the jobs of tasks that prefer a `DispatchExecutor`'s queue and are not isolated to an actor.
///
/// It is a type of its own because the runtime asks for a switch whenever a job that was started as an actor's calls a
/// function that is nobody's: with one executor for both, each such call of a task would go round by the queue.
package final class DispatchTaskExecutor: TaskExecutor {
    private let queue: DispatchQueue

    init(queue: DispatchQueue) {
        self.queue = queue
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
