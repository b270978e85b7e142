package import Dispatch

/// Runs Swift jobs on one serial Dispatch queue, as an actor's executor and as a task's preferred one.
///
/// Actors and tasks that talk all the time share one executor, so that a call between them costs no hop between queues.
package final class DispatchExecutor: SerialExecutor, TaskExecutor {
    package let queue: DispatchQueue
    private static let key = DispatchSpecificKey<ObjectIdentifier>()

    package init(label: String) {
        queue = DispatchQueue(label: label)
        queue.setSpecific(key: Self.key, value: ObjectIdentifier(self))
    }

    /// Whether the caller already runs here, and may therefore go on without a hop.
    package var isCurrent: Bool {
        DispatchQueue.getSpecific(key: Self.key) == ObjectIdentifier(self)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            job.runSynchronously(
                isolatedTo: self.asUnownedSerialExecutor(), taskExecutor: self.asUnownedTaskExecutor())
        }
    }

    package func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}
