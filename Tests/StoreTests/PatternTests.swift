import Testing

@testable import Store

extension Pattern {
    fileprivate func matches(_ text: String) throws -> Bool {
        var steps = Int.max
        return try matches(text, steps: &steps)
    }
}

@Suite(.timeLimit(.minutes(1))) struct PatternTests {
    private static let texts = [
        "", "a", "b", "ab", "aab", "abab", "abc", "a.c", "A", "a b", "a\nb", "é", "_", "7", "a-b", "]", "^", "x{2}",
        "ba",
        "cab!", "\t", "aaaaaaa",
    ]

    @Test(arguments: [
        "", "a", "^a", "b$", "^$", "^ab$", "a.b", "a.c", "a\\.c", "a|b", "^(a|b)+$", "^(ab)*$", "(?:ab){2}", "a{2}",
        "a{2,}",
        "^a{1,3}$", "a{0}", "[abc]", "[^abc]", "^[^abc]$", "[a-c]+", "[a-]", "[\\]^]", "\\d", "\\D",
        "\\w", "\\W",
        "\\s", "^\\S+$", "[\\d_]", "[\\W]", "\\ba", "a\\b", "\\Bb", "é", "a??b", "a*?", "(a*)*b", "(a|)b", "|a", "()",
        "x\\{2\\}",
        "a?b?c?$", "^(a|ab)(c|bcd)?$",
    ])
    func `it matches what Swift's own expressions match`(_ text: String) throws {
        // Everywhere by code point and with ASCII classes, as list filters do.
        let reference = try Regex(text).matchingSemantics(.unicodeScalar).asciiOnlyWordCharacters()
            .asciiOnlyWhitespace().wordBoundaryKind(.simple)
        let pattern = try Pattern(text)
        for candidate in Self.texts {
            let expected = try reference.firstMatch(in: candidate) != nil
            #expect(try pattern.matches(candidate) == expected, "\(text) on \(candidate)")
        }
    }

    @Test(arguments: [
        "(", ")", "a)", "(a", "*", "+a", "a|*", "{2}", "a{", "a{2", "a{x}", "a{3,2}", "a{256}", "[", "[a", "[b-a]",
        "[a-\\d]",
        "\\", "\\q", "\\1", "(?=a)", "(?i)a", "a{200}{200}", "((a{50}){50}){50}",
    ])
    func `what it does not understand, or is too large, is refused`(_ text: String) {
        #expect(throws: PatternError.self) { try Pattern(text) }
    }

    @Test func `a bracket that comes first in a class is a member of it, as POSIX and Python have it`() throws {
        #expect(try Pattern("^[]]$").matches("]"))
        #expect(try Pattern("^[]a]+$").matches("a]a"))
        #expect(try !Pattern("[^]]").matches("]]"))
        #expect(try Pattern("[^]]").matches("]a"))
    }

    @Test func `its length is limited`() throws {
        _ = try Pattern(String(repeating: "a", count: Pattern.lengthLimit))
        #expect(throws: PatternError.self) { try Pattern(String(repeating: "a", count: Pattern.lengthLimit + 1)) }
        // The deepest nesting that fits, and a repetition of nothing.
        _ = try Pattern(String(repeating: "(", count: 120) + "a" + String(repeating: ")", count: 120))
        #expect(try Pattern("(((a*)*)*)*b").matches("aaaab"))
    }

    @Test(arguments: ["(a+)+$", "(a|aa)+$", "(a*)*b", "^(.*.*.*.*.*)*x", "(a{1,9}){1,9}b"])
    func `an expression that makes others backtrack for hours takes no longer than any other`(_ text: String) throws {
        let clock = ContinuousClock()
        let pattern = try Pattern(text)
        let hostile = String(repeating: "a", count: 255) + "!"
        var isMatched = true
        let time = try clock.measure { isMatched = try pattern.matches(hostile) }
        #expect(!isMatched)
        // A thousand times what it takes, on a machine with much else to do; the others would take years.
        #expect(time < .seconds(20))
    }

    /// Each would take its repetitions to the power of their number, without one instruction coming of it.
    @Test(arguments: [
        "(){255}{255}{255}{80}", "a{0}{255}{255}{255}", "(){2}" + String(repeating: "{2}", count: 80),
        "(()|){0}{255}{255}{255}", "((){255}(){255}){255}{255}", "(a{0}){255,}{255,}{255,}",
        String(repeating: "(", count: 30) + String(repeating: "){255}", count: 30),
    ])
    func `a repetition of nothing is nothing, however often it is repeated`(_ text: String) throws {
        let clock = ContinuousClock()
        var isMatched = false
        let time = try clock.measure { isMatched = try Pattern("^" + text + "b$").matches("b") }
        #expect(isMatched)
        #expect(time < .seconds(5))
    }

    @Test(arguments: ["((){9}a(){9}){200}", "((a?){9}|b){100}{100}", "a++++++++++++++++++++++++++++++++++++++++"])
    func `what is large is read or refused soon`(_ text: String) {
        let clock = ContinuousClock()
        let time = clock.measure { _ = try? Pattern(text) }
        #expect(time < .seconds(5))
    }

    @Test func `no more is matched than there are steps for, and a large class takes more of them`() throws {
        let text = String(repeating: "a", count: 200)
        func steps(_ pattern: String) throws -> Int {
            var left = Int.max
            let isMatched = try Pattern(pattern).matches(text, steps: &left)
            #expect(!isMatched)
            return .max - left
        }
        let simple = try steps("b")
        #expect(simple < 2000)
        #expect(try steps("[bcdefghijklmnopqrstuvw]") > 5 * simple)
        #expect(try steps("(a|b|c|d|e|f|g|h)*!") > 5 * simple)
        var few = simple / 2
        #expect(throws: PatternError.self) { try Pattern("b").matches(text, steps: &few) }
    }
}
