import Protection
import Testing

@testable import API

/// Karbor's types of values, each with what it takes and what it refuses.
@Suite struct FieldTests {
    private func field(_ value: JSONValue) -> Field { Field(name: "f", value: value) }

    @Test func `a name is text that is not blank`() throws {
        #expect(try field("a").nameText() == "a")
        #expect(try field(.string(String(repeating: "é", count: 255))).nameText().count == 255)
        for value in [nil, "", "   ", 7, .string(String(repeating: "x", count: 256))] as [JSONValue] {
            #expect(throws: APIError.self) { try field(value).nameText() }
        }
        let error = #expect(throws: APIError.self) { try field(.null).nameText() }
        #expect(error?.message.contains("The 'name' can not be None.") == true)
    }

    @Test func `a description is null or printable`() throws {
        #expect(try field(nil).descriptionText() == nil)
        #expect(try field("").descriptionText() == "")
        #expect(try field("größer — 大 😀").descriptionText() == "größer — 大 😀")
        for value in ["a\nb", "a\u{0}b", "a\u{200B}b", "a\u{2028}b", 7, true] as [JSONValue] {
            #expect(throws: APIError.self) { try field(value).descriptionText() }
        }
    }

    @Test func `metadata is null or an object of plain values`() throws {
        #expect(try field(nil).metadata() == nil)
        let good: JSONValue = ["a-b_c:d.e#f g": "x", "n": 1, "t": true]
        #expect(try field(good).metadata() == good.object)
        for value in [
            [], "x", ["a": nil], ["a": []], ["a": [:]], ["a": .number(1.5)], ["": "x"], ["ä": "x"], ["a/b": "x"],
            [String(repeating: "k", count: 256): "x"],
        ] as [JSONValue] {
            #expect(throws: APIError.self) { try field(value).metadata() }
        }
    }

    @Test func `parameters are an object of metadata, and stay as they came`() throws {
        let given: JSONValue = ["OS::Cinder::Volume": ["b": "False", "a": false, "n": 7], "x": nil]
        #expect(try field(given).parameters().json.encoded == given.encoded)
        for value in [nil, [], ["a": "b"], ["a": ["b": ["c": "d"]]], ["a/b": [:]]] as [JSONValue] {
            #expect(throws: APIError.self) { try field(value).parameters() }
        }
    }

    @Test func `a refusal quotes the beginning of a text, and nothing of what is in an object or a list`() {
        #expect(field(["secret": "x"]).wrongType("string").message.contains("Value: an object. an object is not"))
        #expect(field(["secret", "x"]).wrongType("string").message.contains("Value: a list. a list is not"))
        let long = field(.string("a" + String(repeating: "\u{301}", count: 100_000))).wrongType("object")
        #expect(long.message.unicodeScalars.count < 400)
    }

    @Test func `a word is one of those that there are`() throws {
        #expect(try field("a").word(of: ["a", "b"]) == "a")
        let error = #expect(throws: APIError.self) { try field("c").word(of: ["a", "b"]) }
        #expect(error?.message == "Invalid input for field/attribute f. Value: c. c is not one of ['a', 'b']")
    }
}
