import FoundationEssentials
import PluginKit
import Protection
import TestSupport

/// Protects a resource with a snapshot, a backup of it and a note in the bank, as the plugins for real services do.
struct WorldPlugin: ProtectionPlugin {
    static let name = "world"

    typealias Turn = @Sendable (_ hook: String, ResourceContext) async throws -> Void

    let world: World
    let process: Mortal
    var resourceTypes: [ResourceType] = [.volume, .server]
    /// Called at the beginning of each hook.
    var turn: Turn = { _, _ in }

    func schemas(for type: ResourceType) -> ResourceSchemas { ResourceSchemas() }

    func hooks(for kind: OperationKind, of type: ResourceType) -> (any ResourceHooks)? {
        switch kind {
        case .protect: WorldProtect(world: world, process: process, turn: turn)
        case .delete: WorldDelete(world: world, process: process, turn: turn)
        case .restore: WorldRestore(world: world, process: process, turn: turn)
        case .verify: nil
        }
    }

    func sweep(for kind: OperationKind) -> (any OperationSweep)? {
        let isDue = kind == .protect || (kind == .restore && !world.keepsCopies)
        return isDue ? WorldSweep(world: world, process: process) : nil
    }
}

/// Removes whatever of the operation is no result of a resource that ended.
struct WorldSweep: OperationSweep {
    let world: World
    let process: Mortal

    func known(_ context: SweepContext) throws -> [Leaving] {
        try context.resources.filter { !context.kept.contains($0.key) }.flatMap { resource in
            try ["snapshot", "backup", "copy"].compactMap { kind in
                try context.results.result(of: kind, for: resource.key, as: String.self).map {
                    Leaving(resource: resource.key, kind: kind, id: $0)
                }
            }
        }
    }

    func find(_ context: SweepContext) async throws -> [Leaving] {
        let results = try context.kept.flatMap { key in
            try ["backup", "copy"].compactMap { try context.results.result(of: $0, for: key, as: String.self) }
        }
        return try await world.list(in: process).compactMap { thing in
            let marker = Marker(
                operationID: thing.operationID, checkpointID: thing.checkpointID, resourceID: thing.resourceID)
            guard let owner = context.owner(of: marker.metadata), !results.contains(thing.id) else { return nil }
            return Leaving(resource: owner, kind: thing.kind, id: thing.id)
        }
    }

    func remove(_ leaving: Leaving, _ context: SweepContext) async throws {
        try await context.waiting.answer { try await world.remove(leaving.id, in: process) }
    }
}

struct WorldProtect: ResourceHooks {
    let world: World
    let process: Mortal
    let turn: WorldPlugin.Turn

    func prepareBegin(_ context: ResourceContext) async throws { try await turn("prepareBegin", context) }

    func prepareFinish(_ context: ResourceContext) async throws {
        try await turn("prepareFinish", context)
        _ = try await made("snapshot", context)
    }

    func main(_ context: ResourceContext) async throws {
        try await turn("main", context)
        let snapshot = try await made("snapshot", context)
        let backup = try await made("backup", context)
        try await context.section.put(["backup": .string(backup)], at: "metadata")
        try await context.step(repeatable: "remove-snapshot") { try await world.remove(snapshot, in: process) }
    }

    func complete(_ context: ResourceContext) async throws { try await turn("complete", context) }

    func cleanUp(_ context: ResourceContext) async throws {
        world.noteCleanUp(context.resource.id)
        try await turn("cleanUp", context)
    }

    private func made(_ kind: String, _ context: ResourceContext) async throws -> String {
        try await context.step(
            kind, recovery: .adopt { try await world.find(kind, context.marker, in: process) }
        ) {
            try await world.make(kind, context.marker, in: process)
        }
    }
}

struct WorldDelete: ResourceHooks {
    let world: World
    let process: Mortal
    let turn: WorldPlugin.Turn

    func main(_ context: ResourceContext) async throws {
        try await turn("main", context)
        for thing in world.things
        where thing.resourceID == context.resource.id && thing.checkpointID == context.operation.checkpointID {
            try await context.step(repeatable: "remove") { try await world.remove(thing.id, in: process) }
        }
    }
}

struct WorldRestore: ResourceHooks {
    let world: World
    let process: Mortal
    let turn: WorldPlugin.Turn

    func main(_ context: ResourceContext) async throws {
        try await turn("main", context)
        let id = try await context.step(
            "copy", recovery: .adopt { try await world.find("copy", context.marker, in: process) }
        ) {
            try await world.make("copy", context.marker, in: process)
        }
        try await context.progress.report("restoring", as: id)
        try await turn("restored", context)
        try await context.progress.report("available", as: id)
    }

    func complete(_ context: ResourceContext) async throws { try await turn("complete", context) }

    func cleanUp(_ context: ResourceContext) async throws { try await turn("cleanUp", context) }
}
