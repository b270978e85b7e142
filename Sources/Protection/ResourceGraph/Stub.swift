package struct ResourceGraph: Sendable {
    package var nodes: [Resource] { [] }
    package func children(of key: ResourceKey) -> [ResourceKey] { [] }
    package var packed: String { "" }
    package init(packed: String) throws {}
    package static func build(from: [Resource], dependents: (Resource) async throws -> [Resource]) async throws -> ResourceGraph { try ResourceGraph(packed: "") }
}
