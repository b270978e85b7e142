package import Dispatch

/// Runs the jobs of actors on one serial Dispatch queue. Those that share it call each other without a hop.
///
/// Tasks that are to run on the same queue take `tasks` as their preference.
package final class DispatchExecutor: LoopExecutor {
    package let queue: DispatchQueue
    package let tasks: DispatchTaskExecutor
    private static let key = DispatchSpecificKey<ObjectIdentifier>()

    package init(label: String) {
        queue = DispatchQueue(label: label)
        tasks = DispatchTaskExecutor(queue: queue)
        queue.setSpecific(key: Self.key, value: ObjectIdentifier(self))
    }

    package var isCurrent: Bool {
        DispatchQueue.getSpecific(key: Self.key) == ObjectIdentifier(self)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            job.runSynchronously(
                isolatedTo: self.asUnownedSerialExecutor(), taskExecutor: self.tasks.asUnownedTaskExecutor())
        }
    }

    package func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}
