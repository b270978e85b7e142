import Testing

@testable import OsloConfig

@Suite struct DialectParserTests {
    private func values(_ text: String) throws -> [String] {
        try DialectParser.parse("[g]\n" + text, path: "/f").assignments.map { "\($0.name)|\($0.value)" }
    }

    private func error(_ text: String) -> ConfigurationError? {
        failure { try DialectParser.parse(text, path: "/f") }
    }

    @Test(arguments: [
        ("a = b", "a|b"), ("a=b", "a|b"), ("a : b", "a|b"), ("a:b=c", "a|b=c"), ("a=b:c", "a|b:c"),
        ("a b = c d", "a b|c d"), ("a =", "a|"), ("a = b # c", "a|b # c"), ("a = b ; c", "a|b ; c"),
        ("a = \"b\"", "a|b"), ("a = 'b '", "a|b "), ("a = \"b'", "a|\"b'"), ("a = \"\"b\"\"", "a|\"b\""),
        ("a = \"\"", "a|"), ("a = '", "a|"), ("a = b \"c\"", "a|b \"c\""), ("a\t=\u{a0}b\u{2003}", "a|b"),
        ("a = [x]", "a|[x]"),
        ("a = =", "a|="), ("ключ = значение", "ключ|значение"), ("a = e\u{301}", "a|e\u{301}"),
    ])
    func `a line gives a name and a value`(line: String, expected: String) throws {
        #expect(try values(line) == [expected])
    }

    @Test(arguments: [
        ("a = b\n c\n\td", "a|b\nc\nd"), ("a =\n  b", "a|\nb"), ("a = 'b\n c'", "a|'b\nc'"),
        ("a = b\n # no comment", "a|b\n# no comment"), ("a = b\n [no group]", "a|b\n[no group]"),
        ("a = b\n c = d", "a|b\nc = d"), ("a = 'b'\n 'c'", "a|b\n'c'"), ("a = b\r\n c\r\n", "a|b\nc"),
        ("a = b\r c", "a|b\nc"),
    ])
    func `a line that begins with a blank continues the value`(text: String, expected: String) throws {
        #expect(try values(text) == [expected])
    }

    @Test func `comments and empty lines count for nothing`() throws {
        #expect(try values("# a = b\n;c = d\n\n   \n\u{c}\ne = f") == ["e|f"])
    }

    @Test(arguments: ["\n", "   \n", "# comment\n", "; comment\n", "[h]\n"])
    func `what is between ends a value, so nothing is left to continue`(between: String) {
        let error = error("[g]\na = b\n\(between) c")
        #expect(error?.code == .syntax)
        #expect(error?.line == 4)
    }

    @Test func `each assignment has its group and the line it begins on`() throws {
        let file = try DialectParser.parse("[a]\nx = 1\n 2\n\n[b c]\r\ny = 3\n[a]\nx = 4", path: "/f")
        #expect(file.headers.map { "\($0.group) \($0.line)" } == ["a 1", "b c 5", "a 7"])
        #expect(file.assignments.map { "\($0.group) \($0.name) \($0.line)" } == ["a x 2", "b c y 6", "a x 8"])
    }

    @Test(arguments: [
        ("a = b", 1), ("\n# c\na = b", 3), ("[g]\nnonsense", 2), ("[g]\n= b", 2), ("[g]\n : b", 2), ("[g", 1),
        ("[]", 1), ("[g] # c", 1), ("[g]x", 1), ("  a = b", 1), ("[g]\n\n  a = b", 3), ("[g]\na = b\n\n c", 4),
    ])
    func `a mistake is named with its line`(text: String, line: Int) {
        let error = error(text)
        #expect(error?.code == .syntax)
        #expect(error?.origin == .file(path: "/f", line: line))
        #expect(error?.description.hasPrefix("/f:\(line): ") == true)
    }

    @Test func `a line that cannot be read is not shown, since it may be part of a password`() {
        let error = error("[g]\npassword = abc\nhunter2")
        #expect(error?.description == "/f:3: expected \"name = value\" or [group]")
    }

    @Test func `an empty file is fine`() throws {
        #expect(try DialectParser.parse("", path: "/f") == ParsedFile(path: "/f"))
    }
}
