/// What a loop runs on: the jobs of its actors and tasks, one after another, in the order in which they came.
package protocol LoopExecutor: SerialExecutor {
    associatedtype Tasks: TaskExecutor

    /// Runs the jobs of tasks that are to stay here and are not isolated to an actor.
    var tasks: Tasks { get }
    /// Whether the caller already runs here, and may therefore go on without a hop.
    var isCurrent: Bool { get }
}
