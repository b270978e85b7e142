/// Walks from some resources to all that belong to them, depth first: says whose children it wants, and takes them.
///
/// A value without recursion: the depth of a graph costs memory, not stack, and each resource is asked for once,
/// however many ways lead to it.
///
/// Invariants:
/// 1. A resource is open from `next` returning it until all below it is done; the open ones are the way to here.
/// 2. Meeting an open resource is a cycle, and the way from it to here is its path.
/// 3. A resource is done after its children, so the order of being done is that of the graph.
///
/// States of a resource:
/// - unseen -> open: `next`
/// - open -> done: `next`, when it has looked at all its children
struct ResourceGraphWalk {
    private enum Visit { case unseen, open, done }

    /// An open resource, and how many of its children have been looked at.
    private struct Step {
        var index: Int
        var looked = 0
    }

    private let limit: Int
    private var resources: [Resource] = []
    private var indices: [ResourceKey: Int] = [:]
    private var children: [[Int]] = []
    private var visits: [Visit] = []
    /// The resources to walk from are the first ones; this many of them, of which so many have been looked at.
    private var starts = Step(index: 0)
    private var way: [Step] = []
    private var done: [Int] = []

    init(from start: [Resource], limit: Int) throws(ResourceGraphError) {
        self.limit = limit
        for resource in start { _ = try index(of: resource) }
        starts.index = resources.count
    }

    /// The resource whose children `found` is to be told before the next call; nil when there is nothing more to ask.
    mutating func next() throws(ResourceGraphError) -> Resource? {
        while let index = nextToLookAt() {
            switch visits[index] {
            case .done: continue
            case .open: throw .cycle(path(backTo: index))
            case .unseen:
                visits[index] = .open
                way.append(Step(index: index))
                return resources[index]
            }
        }
        return nil
    }

    /// The children of the resource that `next` returned last. The same child given twice counts once.
    mutating func found(_ dependents: [Resource]) throws(ResourceGraphError) {
        guard let parent = way.last?.index else { return }
        var met: Set<Int> = []
        for dependent in dependents {
            let child = try index(of: dependent)
            guard met.insert(child).inserted else { continue }
            children[parent].append(child)
        }
    }

    /// The graph, when `next` has nothing more to ask.
    func graph(textual: Set<ResourceKey>) -> ResourceGraph {
        var places = [Int](repeating: 0, count: resources.count)
        for (place, index) in done.enumerated() { places[index] = place }
        return ResourceGraph(
            nodes: done.map { resources[$0] },
            children: done.map { children[$0].map { places[$0] } },
            textual: textual)
    }

    /// The next child of the last open resource; one without more children is done; then the next one to walk from.
    private mutating func nextToLookAt() -> Int? {
        while let step = way.last {
            if step.looked < children[step.index].count {
                way[way.count - 1].looked += 1
                return children[step.index][step.looked]
            }
            visits[step.index] = .done
            done.append(step.index)
            way.removeLast()
        }
        guard starts.looked < starts.index else { return nil }
        starts.looked += 1
        return starts.looked - 1
    }

    /// The place of a resource, which is new or known by its key: then the value that came first stays.
    private mutating func index(of resource: Resource) throws(ResourceGraphError) -> Int {
        if let index = indices[resource.key] { return index }
        guard resources.count < limit else { throw .tooManyResources(limit: limit) }
        indices[resource.key] = resources.count
        var resource = resource
        resource.extraInfo = resource.extraInfo.readingText
        resources.append(resource)
        children.append([])
        visits.append(.unseen)
        return resources.count - 1
    }

    private func path(backTo index: Int) -> [ResourceKey] {
        let from = way.firstIndex { $0.index == index } ?? 0
        return way[from...].map { resources[$0.index].key } + [resources[index].key]
    }
}

extension JSONValue {
    /// The object that a JSON text holds, where the value is such a text; otherwise the value itself.
    fileprivate var readingText: JSONValue {
        guard case .string(let text) = self, let value = try? JSONValue(parsing: text), case .object = value else {
            return self
        }
        return value
    }
}
