import PluginKit
import Protection

/// Makes so many steps for each resource, whose effect is nothing.
struct StepsPlugin: ProtectionPlugin {
    static let name = "steps"

    let steps: Int

    var resourceTypes: [ResourceType] { [.volume] }

    func schemas(for type: ResourceType) -> ResourceSchemas { ResourceSchemas() }

    func hooks(for kind: OperationKind, of type: ResourceType) -> (any ResourceHooks)? { StepsHooks(steps: steps) }
}

private struct StepsHooks: ResourceHooks {
    let steps: Int

    func main(_ context: ResourceContext) async throws {
        for number in 0..<steps {
            _ = try await context.step("step-\(number)", recovery: .adopt { nil }) { "thing-\(number)" }
        }
    }
}
