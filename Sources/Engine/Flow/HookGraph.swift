import Protection
import TaskGraph

extension ResourceGraph {
    /// The hooks of all resources and their order, as a graph of tasks.
    ///
    /// A resource's own four in a row; `prepareBegin` of parents before that of their children; `prepareFinish` and
    /// `complete` of children before those of their parents.
    func hookGraph() throws -> TaskGraph<HookID> {
        var builder = TaskGraphBuilder<HookID>()
        builder.reserveCapacity(nodes: nodes.count * 4, edges: nodes.count * 6)
        for node in nodes {
            for hook in ResourceHook.allCases { try builder.addNode(HookID(resource: node.key, hook: hook)) }
        }
        for node in nodes {
            let own = { HookID(resource: node.key, hook: $0) }
            try builder.addEdge(from: own(.prepareBegin), to: own(.prepareFinish))
            try builder.addEdge(from: own(.prepareFinish), to: own(.main))
            try builder.addEdge(from: own(.main), to: own(.complete))
            for child in children(of: node.key) {
                try builder.addEdge(from: own(.prepareBegin), to: HookID(resource: child, hook: .prepareBegin))
                try builder.addEdge(from: HookID(resource: child, hook: .prepareFinish), to: own(.prepareFinish))
                try builder.addEdge(from: HookID(resource: child, hook: .complete), to: own(.complete))
            }
        }
        return try builder.build()
    }
}
