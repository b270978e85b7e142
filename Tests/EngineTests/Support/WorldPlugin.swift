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

    func cleanUp(_ context: ResourceContext, keepsResult: Bool) async throws {
        world.noteCleanUp("\(context.resource.id) \(keepsResult)")
        try await turn("cleanUp", context)
        let kept = keepsResult ? try context.steps.result(of: "backup", as: String.self) : nil
        for thing in world.things
        where thing.resourceID == context.resource.id && thing.operationID == context.operation.id && thing.id != kept {
            try await context.step(repeatable: "clean-\(thing.id)") { try await world.remove(thing.id, in: process) }
        }
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

    func cleanUp(_ context: ResourceContext, keepsResult: Bool) async throws {
        try await turn("cleanUp", context)
        guard !keepsResult, !world.keepsCopies else { return }
        for thing in world.things
        where thing.resourceID == context.resource.id && thing.operationID == context.operation.id {
            try await context.step(repeatable: "clean-\(thing.id)") { try await world.remove(thing.id, in: process) }
        }
    }
}
