import Loop
import PluginKit
import Protection
import TestSupport
import Testing

@testable import Engine

@Suite struct ProviderTests {
    /// Counts how often it is asked for its schemas.
    private final class AskedPlugin: ProtectionPlugin {
        static let name = "asked"
        let resourceTypes: [ResourceType] = [.volume, .image]
        let times = Locked(0)

        func schemas(for type: ResourceType) -> ResourceSchemas {
            times.withLock { $0 += 1 }
            return ResourceSchemas(options: ["title": .string(type.rawValue)], verify: ["title": "verify"])
        }

        func hooks(for kind: OperationKind, of type: ResourceType) -> (any ResourceHooks)? { nil }
    }

    private func provider(_ id: String, _ plugin: any ProtectionPlugin) -> Provider {
        Provider(
            id: id, name: "name of \(id)", description: "text of \(id)",
            checkpoints: CheckpointCollection(bank: ProcessBank(disk: MemoryDisk())), plugins: [plugin])
    }

    @Test func `what users see of a provider is made once, when it is loaded`() {
        let plugin = AskedPlugin()
        let registry = ProviderRegistry([provider("b", plugin), provider("a", plugin)])
        #expect(plugin.times.withLock { $0 } == 4, "two types of each of two providers")
        for _ in 0..<3 { #expect(registry.descriptions.map(\.id) == ["a", "b"]) }
        #expect(plugin.times.withLock { $0 } == 4)
        let description = registry["a"]?.description
        #expect(description?.name == "name of a")
        #expect(description?.description == "text of a")
        #expect(description?.schemas.keys.map(\.rawValue) == ["OS::Cinder::Volume", "OS::Glance::Image"])
        #expect(description?.schemas[.image]?.options == ["title": "OS::Glance::Image"])
        #expect(description?.schemas[.image]?.verify == ["title": "verify"])
    }
}
