import Logging
import Telemetry
import Testing

@Suite struct LogRecordTests {
    private struct Mishap: Error, CustomStringConvertible {
        let description = "it broke"
    }

    @Test func `fields are sorted by name and any metadata becomes text`() {
        let record = record(metadata: ["b": ["x", "y"], "a": .dictionary(["k": "v"]), "c": .stringConvertible(3)])
        #expect(record.fields.map(\.name) == ["a", "b", "c"])
        #expect(record["b"] == #"["x", "y"]"#)
        #expect(record["c"] == "3")
        #expect(record["d"] == nil)
    }

    @Test func `an error handed to the logger is a field`() {
        #expect(record(error: Mishap())["error"] == "it broke")
    }

    @Test func `a huge value is clipped, and so is the number of fields`() throws {
        let huge = String(repeating: "ä", count: 100_000)
        var metadata: Logger.Metadata = ["a": "\(huge)"]
        for number in 0..<500 { metadata["n\(number)"] = "x" }
        let record = record("\(huge)", metadata: metadata)
        #expect(record.fields.count == LogRecord.mostFields)
        let value = try #require(record["a"])
        #expect(value.hasSuffix("…"))
        #expect(value.utf8.count <= LogRecord.longestValue + 8)
        #expect(record.message.utf8.count <= LogRecord.longestValue + 8)
    }
}
