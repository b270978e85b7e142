import Foundation
import Protection
import Testing

@testable import Plugins

@Suite struct VolumeSchemasTests {
    @Test func `the schemas are those that Karbor's clients read, in content and order`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "APITests/Golden/02-providers-list.json")
        let recorded = try JSONValue(parsing: [UInt8](try Data(contentsOf: file)))
        let providers = recorded["response"]?["body"]?["providers"]?.array ?? []
        let schemas = providers.compactMap { $0["extended_info_schema"] }.filter {
            $0["options_schema"]?["OS::Cinder::Volume"]?["title"] == "Cinder Protection Options"
        }
        #expect(!schemas.isEmpty, "the recording has no provider with this plugin")
        for schema in schemas {
            let ours = VolumeSchemas.all
            #expect(shown(ours.options) == schema["options_schema"]?["OS::Cinder::Volume"])
            #expect(shown(ours.restore) == schema["restore_schema"]?["OS::Cinder::Volume"])
            #expect(ours.savedInfo == schema["saved_info_schema"]?["OS::Cinder::Volume"])
        }
    }

    @Test func `what Cinder would refuse of a restore is said, beside what is shown`() {
        let properties = VolumeSchemas.all.restore["properties"]
        #expect(properties?["volume_id"]?["format"] == "uuid")
        #expect(properties?["restore_name"]?["maxLength"] == 255)
        #expect(properties?["restore_description"]?["maxLength"] == 255)
    }

    /// As the API shows it.
    private func shown(_ schema: JSONValue) -> JSONValue {
        guard case .object(var members) = schema, case .object(let properties)? = members["properties"] else {
            return schema
        }
        members["properties"] = .object(
            properties.mapValues { .object(($0.object ?? [:]).filter { !["format", "maxLength"].contains($0.key) }) })
        return .object(members)
    }
}
