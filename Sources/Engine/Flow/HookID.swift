import Protection
import TaskGraph

/// One hook of one resource: a node of an operation's task graph.
struct HookID: Hashable, Sendable {
    var resource: ResourceKey
    var hook: ResourceHook

    /// Under which the journal remembers that the hook has ended, so that it does not run again.
    var path: String { "\(resource.journalPath)/\(hook.rawValue)" }
}

enum ResourceHook: String, Sendable, CaseIterable {
    case prepareBegin = "on_prepare_begin"
    case prepareFinish = "on_prepare_finish"
    case main = "on_main"
    case complete = "on_complete"
}
