import Telemetry
import Testing

@testable import OsloConfig

@Suite struct ValueTests {
    /// The value of `option` where a file says `x = text`, or the reason why there is none.
    private func read<Value>(_ text: String, _ option: ConfigOption<Value>) -> Result<Value, ConfigurationError> {
        Result { () throws(ConfigurationError) -> Value in
            let file = try DialectParser.parse("[DEFAULT]\nx = \(text)", path: "/f")
            return try Configuration(registry: OptionRegistry(), files: [file]).get(option)
        }
    }

    private func value<Value>(_ text: String, _ option: ConfigOption<Value>) -> Value? {
        try? read(text, option).get()
    }

    private func reason<Value>(_ text: String, _ option: ConfigOption<Value>) -> String? {
        if case .failure(let error) = read(text, option) { error.description } else { nil }
    }

    @Test(
        arguments: [
            ("true", true), ("True", true), ("1", true), ("ON", true), ("yes", true), ("false", false), ("0", false),
            ("Off", false), ("no", false), ("y", nil), ("", nil), ("2", nil), ("truе", nil),
        ] as [(String, Bool?)])
    func `booleans are oslo's eight words`(text: String, expected: Bool?) {
        #expect(value(text, .boolean("x", default: false, help: "")) == expected)
    }

    @Test(
        arguments: [
            ("5", 5), ("-5", -5), ("+5", 5), ("0", 0), ("5.0", nil), ("", nil), ("5 s", nil), ("0x5", nil), ("１", nil),
            ("99999999999999999999", nil), ("5\n 6", nil),
        ] as [(String, Int?)])
    func `whole numbers are decimal`(text: String, expected: Int?) {
        #expect(value(text, .integer("x", default: 1, help: "")) == expected)
    }

    @Test func `numbers stay within their bounds`() {
        let option = ConfigOption.integer("x", default: 1, min: 0, max: 10, help: "")
        #expect(value("0", option) == 0)
        #expect(value("10", option) == 10)
        #expect(reason("11", option) == #"/f:2: [DEFAULT] x: expected a whole number from 0 to 10, found "11""#)
        #expect(reason("-1", option) == #"/f:2: [DEFAULT] x: expected a whole number from 0 to 10, found "-1""#)
        #expect(value("-1", .integer("x", default: 1, min: -1, help: "")) == -1)
        #expect(reason("8", .integer("x", default: 1, max: 7, help: ""))?.contains("at most 7") == true)
        #expect(reason("-8", .integer("x", default: 1, min: -7, help: ""))?.contains("at least -7") == true)
        #expect(value("65535", .port("x", default: 1, help: "")) == 65535)
        #expect(value("65536", .port("x", default: 1, help: "")) == nil)
        #expect(value("-1", .port("x", default: 1, help: "")) == nil)
    }

    @Test(
        arguments: [
            ("1.5", 1.5), ("15", 15), ("-.5", -0.5), ("1e3", 1000), ("nan", nil), ("inf", nil), ("0x1p3", nil),
            ("", nil),
            ("1e999", nil), ("1,5", nil),
        ] as [(String, Double?)])
    func `fractions are decimal and finite`(text: String, expected: Double?) {
        #expect(value(text, .float("x", default: 1, help: "")) == expected)
    }

    @Test(
        arguments: [
            ("60", .seconds(60)), ("0", .zero), ("0.25", .milliseconds(250)), ("-1", nil), ("1e300", nil),
            ("3155760001", nil), ("soon", nil),
        ] as [(String, Duration?)])
    func `seconds are a duration that no deadline overflows on`(text: String, expected: Duration?) {
        #expect(value(text, .seconds("x", default: 1, help: "")) == expected)
    }

    @Test(
        arguments: [
            ("", []), ("a", ["a"]), ("a,b", ["a", "b"]), (" a , b ,", ["a", "b"]), ("a,,b", ["a", "", "b"]),
            (",", []), (",,", []), ("a,,", ["a"]), ("a, \"b,c\" ,d", ["a", "b,c", "d"]),
            ("a,'b, c', 'd'", ["a", "b, c", "d"]),
            ("x,'a", nil), ("a,\n b", ["a", "b"]), ("a'b,c", ["a'b", "c"]), ("x,\"\"", ["x", ""]),
        ] as [(String, [String]?)])
    func `lists are split at commas outside quotes`(text: String, expected: [String]?) {
        #expect(value(text, .list("x", help: "")) == expected)
    }

    @Test(
        arguments: [
            ("", [:]), ("a:b", ["a": "b"]), (" a : b , c:d:e,", ["a": "b", "c": "d:e"]), ("a:b,c", ["a": "b,c"]),
            ("a:b,a:c", nil), ("b", nil), (":b", nil), ("a:", ["a": ""]), ("x,a:b", nil),
        ] as [(String, [String: String]?)])
    func `dictionaries are pairs, and a piece without a colon belongs to the one before`(
        text: String, expected: [String: String]?
    ) {
        #expect(value(text, .dictionary("x", help: "")) == expected)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("::", true), ("fe80::1", true), ("controller", true), ("a.b-c.example", true),
        ("example.org.", true), ("3com.example", true), ("", false), ("-a.example", false), ("a-.example", false),
        ("a_b", false), ("a..b", false), ("1.2.3", false), ("256.1.1.1", false), ("a b", false), ("größe", false),
        ("127.0.0.1:80", false), ("[::1]", false), ("127.0.0.1\0", false),
        (String(repeating: "a", count: 64), false), (String(repeating: "a.", count: 200) + "b", false),
    ])
    func `hosts are addresses or names`(text: String, isHost: Bool) {
        #expect(HostSyntax.isAddress(text) == isHost)
        #expect((reason(text, .host("x", default: "::", help: "")) == nil) == isHost)
    }

    private enum Strategy: String, CaseIterable {
        case keystone, noauth
    }

    @Test func `a choice is one of its words, exactly`() {
        let option = ConfigOption.choice("x", ["a", "b"], default: "a", help: "")
        #expect(value("b", option) == "b")
        #expect(reason("B", option) == #"/f:2: [DEFAULT] x: expected one of a, b, found "B""#)
        let typed = ConfigOption.choice("x", default: Strategy.keystone, help: "")
        #expect(value("noauth", typed) == .noauth)
        #expect(reason("none", typed)?.contains("one of keystone, noauth") == true)
    }

    @Test func `a wrong value is shown on one line and not in full`() {
        let long = reason(String(repeating: "long ", count: 100), .integer("x", default: 1, help: ""))
        #expect((long ?? "").count < 200)
        let wild = reason("a\n b\u{1b}", .integer("x", default: 1, help: ""))
        #expect(wild?.contains { $0.isNewline || $0 == "\u{1b}" } == false)
    }

    @Test func `nothing is told of a secret value`() throws {
        let option = ConfigOption<Secret<String>?>.secret("x", help: "")
        #expect(value("hunter2", option)??.reveal() == "hunter2")
        let told = try #require(reason("hunter2$hunter3", option))
        #expect(!told.contains("hunter"))
        #expect(told.contains("/f:2: [DEFAULT] x: "))
        #expect(told.contains("$$"), "it says what to do")
    }

    @Test func `a secret that is no value is not shown either`() {
        let pin = ConfigOption<Int>(
            "x", "DEFAULT", .integer(Bounds(nil, nil)), default: "1", isSecret: true, deprecated: [], help: ""
        ) { Int($0) }
        #expect(reason("hunter2", pin) == "/f:2: [DEFAULT] x: expected a whole number")
    }

    @Test func `an empty value is not the same as none`() throws {
        let option = ConfigOption<String?>.string("x", help: "")
        #expect(value("", option) == .some(""))
        let none = Configuration(registry: OptionRegistry(), files: [])
        #expect(try none.get(option) == nil)
        #expect(try none.get(ConfigOption.string("x", default: "d", help: "")) == "d")
        #expect(value("", ConfigOption.string("x", default: "d", help: "")) == "")
        #expect(try none.get(ConfigOption<Int?>.integer("x", help: "")) == nil)
        #expect(
            value("", ConfigOption<Int?>.integer("x", help: "")) == .some(nil),
            "as oslo.config: an empty number is none")
        #expect(value("5", ConfigOption<Int?>.integer("x", help: "")) == 5)
        #expect(value("five", ConfigOption<Int?>.integer("x", help: "")) == nil)
        #expect(try none.get(ConfigOption.multi("x", help: "")) == [])
        #expect(value("", ConfigOption.multi("x", help: "")) == [""])
    }

    @Test func `what is required and set nowhere is an error that names the file`() throws {
        let option = ConfigOption.requiredString("file_system_bank_path", in: "file_system_bank_plugin", help: "")
        let file = try DialectParser.parse("[file_system_bank_plugin]", path: "/etc/karbor/providers.d/x.conf")
        let error = failure { try Configuration(registry: OptionRegistry(), files: [file]).get(option) }
        #expect(error?.code == .missingValue)
        #expect(
            error?.description
                == "/etc/karbor/providers.d/x.conf: [file_system_bank_plugin] file_system_bank_path: "
                + "expected a text, and it is set nowhere")
    }
}
