import Foundation
import Protection
import Testing

@testable import API

@Suite struct PythonLiteralTests {
    @Test(
        arguments: [
            ("{'a': 'b'}", ["a": "b"]),
            ("{ \"a\" : 1, 'b': [1, 2.5, -3], }", ["a": 1, "b": [1, .number(2.5), -3]]),
            ("True", true), ("false", false), ("None", nil), ("'it\\'s'", "it's"), ("()", []), ("(1,)", [1]),
            ("{}", [:]), ("{'a': {'b': None}}", ["a": ["b": nil]]), (" 'x' ", "x"),
        ] as [(String, JSONValue)])
    func `literals are read`(text: String, expected: JSONValue) {
        #expect(PythonLiteral.parse(text) == expected)
    }

    @Test(arguments: [
        "", "abc", "{'a'}", "{'a':}", "{a: 1}", "[1", "'x", "'x\\", "__import__('os')", "1 2", "{'a': 1,, 'b': 2}",
        "nan",
        "inf", "{,}", "[,]", "--1", "1e999", "\\", "{'a' 1}", "(", ")",
    ])
    func `what is no literal is none`(text: String) {
        #expect(PythonLiteral.parse(text) == nil)
    }

    @Test func `a deep one is none, and does no harm`() {
        #expect(PythonLiteral.parse(String(repeating: "[", count: 100_000)) == nil)
        #expect(PythonLiteral.parse(String(repeating: "{'a':", count: 100_000)) == nil)
    }
}

@Suite struct FormEncodingTests {
    @Test func `what is encoded is read back`() {
        let text = "a b+c&d=é/%:\u{1F600}~"
        #expect(FormEncoding.encode(text) == "a+b%2Bc%26d%3D%C3%A9%2F%25%3A%F0%9F%98%80~")
        #expect(FormEncoding.decode(FormEncoding.encode(text)) == text)
    }

    @Test(arguments: [("100%", "100%"), ("%zz", "%zz"), ("%4", "%4"), ("%E9", "\u{FFFD}"), ("a+b", "a b"), ("", "")])
    func `what is badly encoded is read as far as it goes`(text: String, expected: String) {
        #expect(FormEncoding.decode(text) == expected)
    }

    @Test func `in a path a plus is a plus`() {
        #expect(FormEncoding.decode("a+b%3A", plusIsSpace: false) == "a+b:")
    }

    @Test func `a query keeps its order, and of equal names the last one counts`() {
        var items = QueryItems("b=1&a=2&b=3&c&=4&&d=5=6")
        #expect(items["b"] == "3")
        #expect(items["c"] == "")
        #expect(items["d"] == "5=6")
        items["b"] = "new"
        #expect(items.encoded == "a=2&c=&=4&d=5%3D6&b=new")
        #expect(QueryItems(nil).encoded == "")
    }
}

@Suite struct UUIDTextTests {
    @Test(arguments: [
        "248066a4-b709-4412-82a6-767fb45efcc8", "248066a4b709441282a6767fb45efcc8",
        "248066A4-B709-4412-82A6-767FB45EFCC8",
    ])
    func `dashes and case do not matter`(text: String) { #expect(UUIDText.isUUID(text)) }

    @Test(arguments: [
        "", "nope", "248066a4-b709-4412-82a6-767fb45efcc", "248066a4-b709-4412-82a6-767fb45efcc80",
        "248066a4-b709-4412-82a6-767fb45efccg", "../../../../../../../../etc/passwd",
        "２48066a4b709441282a6767fb45efcc8",
        String(repeating: "-", count: 36), "248066a4b709441282a6767fb45efcc8-----",
    ])
    func `nothing else is one`(text: String) { #expect(!UUIDText.isUUID(text)) }
}

@Suite struct TimestampTests {
    @Test(arguments: [
        (1_795_524_753.0, "2026-11-24T12:52:33.000000"), (0.0, "1970-01-01T00:00:00.000000"),
        (1_795_524_753.25, "2026-11-24T12:52:33.250000"), (-0.5, "1969-12-31T23:59:59.500000"),
        (1_795_524_753.999_999, "2026-11-24T12:52:33.999999"),
    ])
    func `moments are written as Python writes them`(seconds: Double, expected: String) {
        #expect(Timestamp.text(Date(timeIntervalSince1970: seconds)) == expected)
    }
}
