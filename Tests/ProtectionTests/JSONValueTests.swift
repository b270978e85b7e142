import OrderedCollections
import Protection
import TestSupport
import Testing

@Suite struct JSONValueTests {
    /// What Python's `json.dumps` makes of these values: recorded, since Karbor's own objects were written by it.
    @Test(
        arguments: [
            (JSONValue.null, "null"), (true, "true"), (false, "false"), (0, "0"), (-17, "-17"),
            (.largeInteger("9223372036854775808"), "9223372036854775808"),
            (.largeInteger("-123456789012345678901234567890"), "-123456789012345678901234567890"),
            (.integer(.max), "9223372036854775807"), (.integer(.min), "-9223372036854775808"), (.number(0.5), "0.5"),
            (.number(-1.25e-7), "-1.25e-07"), (.number(1e22), "1e+22"), (.number(1e16), "1e+16"),
            (.number(9_999_999_999_999_998), "9999999999999998.0"),
            (.number(-9_007_199_254_740_994), "-9007199254740994.0"),
            (.number(1.2345678901234567e16), "1.2345678901234568e+16"), (.number(1e-4), "0.0001"),
            (.number(1e-5), "1e-05"), (.number(.leastNonzeroMagnitude), "5e-324"), (.number(3), "3.0"), ("", #""""#),
            ("a\"b\\c/d", #""a\"b\\c/d""#), ("\u{8}\u{9}\n\u{C}\r", #""\b\t\n\f\r""#),
            ("\u{0}\u{1F}\u{7F}", #""\u0000\u001f\u007f""#), ("é€", #""\u00e9\u20ac""#), ("😀", #""\ud83d\ude00""#),
            ([], "[]"), ([:], "{}"), ([1, "b", nil], #"[1, "b", null]"#),
            (["b": 1, "a": ["c": []]], #"{"b": 1, "a": {"c": []}}"#),
        ] as [(JSONValue, String)])
    func `values are written as Python writes them, and read back`(value: JSONValue, text: String) throws {
        #expect(value.encoded == text)
        #expect(value.encodedBytes == Array(text.utf8))
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test(arguments: [
        (" \n\t\r{ \"a\" : [ 1 , 2 ] } ", #"{"a": [1, 2]}"#), (#""\/\u00E9\u00e9""#, #""/\u00e9\u00e9""#),
        (#""\ud83d\ude00""#, #""\ud83d\ude00""#), (#""\ud83d""#, #""\ufffd""#),
        (#""\ude00\ud83d""#, #""\ufffd\ufffd""#),
        (#""\ud83d\u0041""#, #""\ufffdA""#), (#"{"a": 1, "b": 2, "a": 3}"#, #"{"a": 3, "b": 2}"#), ("-0", "0"),
        ("1E2", "100.0"), ("1.0", "1.0"), ("18446744073709551615", "18446744073709551615"),
    ])
    func `other spellings of a value are read`(text: String, written: String) throws {
        #expect(try JSONValue(parsing: text).encoded == written)
    }

    @Test(arguments: [
        "", " ", "nul", "nullx", "tru", "True", "NaN", "Infinity", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x10",
        "1e999",
        "'a'", "\"", "\"a", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\u+123\"", "\"a\nb\"", "\"\u{1}\"", "[",
        "[1", "[1,", "[1,]",
        "[1 2]", "]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:2}", "{\"a\" 1}",
        "}", "1 2", "[] []", "\u{FEFF}1",
        "/* a */ 1", "[1] // b",
    ])
    func `what is no JSON is refused`(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test(arguments: ["\"", "\": 1, \"other\": 2"])
    func `a key that takes long to compare is refused before it is`(rest: String) {
        let key = "a" + String(repeating: "\u{301}\u{323}", count: 50_000)
        let began = ContinuousClock.now
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "{\"\(key)\(rest)}") }
        #expect(error?.isLimit == true)
        #expect(ContinuousClock.now - began < .seconds(3))
    }

    @Test func `keys may be as long as names are`() throws {
        let key = String(repeating: "k", count: 1024)
        #expect(try JSONValue(parsing: "{\"\(key)\": 1}")[key] == 1)
        #expect(throws: JSONError.self) { try JSONValue(parsing: "{\"\(key)k\": 1}") }
    }

    @Test func `of two spellings of one key none is lost without a word`() throws {
        let error = #expect(throws: JSONError.self) {
            try JSONValue(parsing: "{\"\u{E9}\": 1, \"e\u{301}\": 2}")
        }
        #expect(error.map { "\($0)" } == "two keys of an object are one text in two spellings at byte 16")
        #expect(try JSONValue(parsing: "{\"\u{E9}\": 1, \"\u{E9}\": 2}").encoded == #"{"\u00e9": 2}"#)
    }

    @Test func `a text of any length is no yes or no`() {
        let began = ContinuousClock.now
        #expect(JSONValue.string("t" + String(repeating: "\u{301}\u{323}", count: 50_000)).boolean == nil)
        #expect(ContinuousClock.now - began < .seconds(3))
    }

    @Test func `the weight is about the length`() {
        let value: JSONValue = ["a": ["b", nil, 17], "text": .string(String(repeating: "x", count: 1000))]
        #expect((1000..<1200).contains(value.weight))
        #expect(abs(value.weight - value.encodedBytes.count) < 50)
    }

    @Test func `an error says where`() {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: #"{"a": tru}"#) }
        #expect(error?.offset == 6)
        #expect(error.map { "\($0)" } == "no JSON value at byte 6")
    }

    @Test func `bytes that are no text are refused in a text`() {
        for bytes: [UInt8] in [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xC3, 0x22],
        ] {
            #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        }
    }

    @Test func `values nested deeper than 128 are refused, however deep`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONValue(parsing: nested(128))
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(130)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func `any value is read as it was written`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let value = Self.value(depth: 4, using: &random)
        #expect(try JSONValue(parsing: value.encodedBytes) == value, "seed \(seed)")
        #expect(value.encodedBytes.allSatisfy { (0x20..<0x7F).contains($0) }, "seed \(seed)")
    }

    /// Half of it begins as JSON and is then damaged, so that the parser gets deep before it meets the damage.
    @Test(arguments: 0..<400 as Range<UInt64>) func `no garbage traps the parser, and what it takes it can write`(
        seed: UInt64
    ) {
        var random = SeededGenerator(seed: seed)
        var bytes: [UInt8]
        if seed.isMultiple(of: 2) {
            let alphabet =
                Array(#"{}[]",:\u0123dDtruefalsn-+.eE "#.utf8) + [0, 0x0A, 0x7F, 0x80, 0xC3, 0xED, 0xF4, 0xFF]
            bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0
            }
        } else {
            bytes = Self.value(depth: 4, using: &random).encodedBytes
            for _ in 0...Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.removeSubrange(place...)
                }
            }
        }
        guard let value = try? JSONValue(parsing: bytes) else { return }
        #expect((try? JSONValue(parsing: value.encodedBytes)) == value, "seed \(seed)")
    }

    static func value(depth: Int, using random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int64(bitPattern: random.next()) >> Int.random(in: 0..<64, using: &random))
        case 3:
            let number = Double(bitPattern: random.next())
            // A whole number that fits an integer is written with ".0", and so read as what it was.
            return .number(number.isFinite ? number : 0.1)
        case 4, 5: return .string(text(using: &random))
        case 6, 7:
            return .array(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth: depth - 1, using: &random) })
        default:
            var members: OrderedDictionary<String, JSONValue> = [:]
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                members[text(using: &random)] = value(depth: depth - 1, using: &random)
            }
            return .object(members)
        }
    }

    private static func text(using random: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let limit: UInt32 = [0x80, 0x800, 0x1_0000, 0x11_0000].randomElement(using: &random) ?? 0x80
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) { text.append(scalar) }
        }
        return String(text)
    }

    @Test(
        arguments: [
            (true, true), (false, false), (1, true), (0, false), ("true", true), ("True", true), ("ON", true),
            ("y", true), ("1", true),
            ("false", false), ("No", false), ("off", false), ("0", false), ("f", false), ("", nil), ("2", nil),
            (" true\n", true), ("\tNo ", false), (" ", nil), ("o n", nil),
            (2, nil), (nil, nil), ([], nil),
        ] as [(JSONValue, Bool?)])
    func `a yes or no is understood as oslo understands it`(value: JSONValue, expected: Bool?) {
        #expect(value.boolean == expected)
    }

    @Test func `what is asked of a value of another kind is nil`() {
        let values: [JSONValue] = [nil, true, 1, .number(1), "a", [1], ["a": 1]]
        #expect(values.compactMap(\.string) == ["a"])
        #expect(values.compactMap(\.integer) == [1])
        #expect(values.compactMap(\.array) == [[1]])
        #expect(values.compactMap(\.object) == [["a": 1]])
        #expect(values.compactMap { $0["a"] } == [1])
        #expect(values.filter(\.isNull) == [nil])
        #expect(JSONValue.optional(nil) == nil)
        #expect(JSONValue.optional("a") == "a")
        #expect(JSONValue.number(.nan).encoded == "null")
    }
}
