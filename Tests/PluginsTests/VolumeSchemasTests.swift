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
            #expect(ours.options == schema["options_schema"]?["OS::Cinder::Volume"])
            #expect(ours.restore == schema["restore_schema"]?["OS::Cinder::Volume"])
            #expect(ours.savedInfo == schema["saved_info_schema"]?["OS::Cinder::Volume"])
        }
    }
}
