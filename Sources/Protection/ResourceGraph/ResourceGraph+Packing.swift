import OrderedCollections

/// The form in which Karbor keeps a graph in a checkpoint's `resource_graph`: a text that holds `[nodes, adjacency]`.
///
/// `nodes` maps "0x0", "0x1", … to `[type, id, name, extra_info]`, children before parents; `adjacency` lists
/// `[parent, [children]]` for whatever has children. Checkpoints of older versions have no extra_info.
extension ResourceGraph {
    package var packed: String {
        var nodes = OrderedDictionary<String, JSONValue>(minimumCapacity: self.nodes.count)
        for (index, resource) in self.nodes.enumerated() {
            nodes[Self.sid(index)] = [
                .string(resource.type.rawValue), .string(resource.id), .string(resource.name),
                packedExtraInfo(of: resource),
            ]
        }
        let adjacency = children.enumerated().filter { !$0.element.isEmpty }.map { parent, children in
            JSONValue.array([
                .string(Self.sid(parent)), .array(children.map { .string(Self.sid($0)) }),
            ])
        }
        return JSONValue.array([.object(nodes), .array(adjacency)]).encoded
    }

    /// Reads what this or Karbor wrote. The order of the entries does not matter.
    ///
    /// Where one resource is there twice under two names (Karbor did so when it was renamed meanwhile) the first name
    /// counts, and it has the children of both. Throws `.malformed` for everything that is no such text.
    package init(packed: String, limit: Int = usualLimit) throws(ResourceGraphError) {
        let (nodes, adjacency) = try Self.parts(of: packed)
        var resources: [String: Resource] = [:]
        var textual: Set<ResourceKey> = []
        for (sid, node) in nodes {
            let resource = try Self.resource(of: node)
            resources[sid] = resource
            if case .string = resource.extraInfo { textual.insert(resource.key) }
        }
        let children = try Self.children(of: adjacency, among: resources)

        var walk = try ResourceGraphWalk(from: nodes.keys.compactMap { resources[$0] }, limit: limit)
        while let resource = try walk.next() {
            try walk.found(children[resource.key] ?? [])
        }
        self = walk.graph(textual: textual)
    }

    /// `packed`, made on the pool: of ten thousand resources it takes as long as many requests.
    nonisolated(nonsending) package func packedOnPool() async -> String {
        await withTaskExecutorPreference(globalConcurrentExecutor) { packed }
    }

    /// Reads a packed graph, on the pool.
    nonisolated(nonsending) package static func unpackedOnPool(
        _ packed: String
    ) async throws(ResourceGraphError) -> ResourceGraph {
        try await withTaskExecutorPreference(globalConcurrentExecutor) {
            () async throws(ResourceGraphError) -> ResourceGraph in
            try ResourceGraph(packed: packed)
        }
    }

    private static func sid(_ index: Int) -> String { "0x" + String(index, radix: 16) }

    private func packedExtraInfo(of resource: Resource) -> JSONValue {
        switch resource.extraInfo {
        case .null, .string: return resource.extraInfo
        case let value: return textual.contains(resource.key) ? .string(value.encoded) : value
        }
    }

    private static func parts(
        of packed: String
    ) throws(ResourceGraphError) -> (nodes: OrderedDictionary<String, JSONValue>, adjacency: [JSONValue]) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: packed)
        } catch {
            throw .malformed("it is no JSON: \(error)")
        }
        guard let parts = value.array, parts.count == 2, let nodes = parts[0].object, let adjacency = parts[1].array
        else { throw .malformed("it is not a list of nodes and adjacency") }
        return (nodes, adjacency)
    }

    private static func resource(of node: JSONValue) throws(ResourceGraphError) -> Resource {
        guard let fields = node.array, (3...4).contains(fields.count), let type = fields[0].string,
            let id = fields[1].string, let name = fields[2].isNull ? "" : fields[2].string
        else { throw .malformed("a node is not type, id, name and extra information") }
        let extraInfo = fields.count > 3 ? fields[3] : .null
        switch extraInfo {
        case .null, .string, .object: break
        default: throw .malformed("a node's extra information is neither an object nor a text")
        }
        return Resource(type: ResourceType(rawValue: type), id: id, name: name, extraInfo: extraInfo)
    }

    private static func children(
        of adjacency: [JSONValue], among resources: [String: Resource]
    ) throws(ResourceGraphError) -> [ResourceKey: [Resource]] {
        var children: [ResourceKey: [Resource]] = [:]
        var parents: Set<String> = []
        for entry in adjacency {
            guard let fields = entry.array, fields.count == 2, let sid = fields[0].string, let sids = fields[1].array
            else { throw .malformed("an adjacency is not a parent and its children") }
            guard let parent = resources[sid] else { throw .malformed("a parent is no node") }
            guard parents.insert(sid).inserted else { throw .malformed("a parent is listed twice") }
            for sid in sids {
                guard let child = sid.string.flatMap({ resources[$0] }) else { throw .malformed("a child is no node") }
                children[parent.key, default: []].append(child)
            }
        }
        return children
    }
}
