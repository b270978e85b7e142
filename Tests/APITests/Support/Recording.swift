import Foundation
import Protection

/// A request to Karbor's API and what came back, as it was recorded (`Golden/NN-name.json`).
struct Recording: CustomStringConvertible {
    let name: String
    let method: String
    let path: String
    /// Nil where there was none; a text where it was no JSON.
    let body: JSONValue?
    let status: Int
    let headers: JSONValue
    let answer: JSONValue

    var description: String { name }
    var number: Int { Int(name.prefix(2)) ?? 0 }

    init(_ name: String) throws {
        let file = Self.folder.appendingPathComponent(name + ".json")
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        let value = try JSONValue(parsing: text.replacingOccurrences(of: "<project>", with: FakeCallers.project))
        self.name = name
        method = value["request"]?["method"]?.string ?? ""
        path = value["request"]?["path"]?.string ?? ""
        body = value["request"]?["body"].flatMap { $0.isNull ? nil : $0 }
        status = Int(value["response"]?["status"]?.integer ?? 0)
        headers = value["response"]?["headers"] ?? .null
        answer = value["response"]?["body"] ?? .null
    }

    /// All of them, in the order in which they were made.
    static func all() throws -> [Recording] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".json") }.sorted().map { try Recording(String($0.dropLast(5))) }
    }

    private static var folder: URL { Bundle.module.bundleURL.appendingPathComponent("Golden") }
}
