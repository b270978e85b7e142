import Telemetry
import Testing

@testable import OsloConfig

/// Whatever a file holds, reading it ends in values or in an error that says where.
@Suite struct RandomInputTests {
    /// Numbers from a seed, the same on every machine (SplitMix64).
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    private static let options = [
        ConfigOption.string("s", default: "$i", help: "").erased,
        ConfigOption.integer("i", default: 1, min: -5, max: 500, help: "").erased,
        ConfigOption.float("f", in: "g", default: 1, help: "").erased,
        ConfigOption.seconds("t", in: "g", default: 1, help: "").erased,
        ConfigOption.boolean("b", in: "g", default: true, deprecated: ["s"], help: "").erased,
        ConfigOption.list("l", help: "").erased,
        ConfigOption.dictionary("d", in: "g", help: "").erased,
        ConfigOption.multi("m", help: "").erased,
        ConfigOption.host("h", default: "::", help: "").erased,
        ConfigOption.secret("p", in: "g", default: "", help: "").erased,
    ]

    /// Pieces that matter to the dialect, so that chance gets beyond the first line.
    private static let pieces = [
        "\n", "\n", "\n", "\r\n", "\r", " ", "\t", "=", "=", ":", "[", "]", "[g]\n", "[DEFAULT]\n", "[G]", "#", ";",
        "\"", "'", ",", "$", "$$", "\\$", "${", "}", ".", "$s", "${g.f}", "$i", "$l", "s", "i", "f", "t", "b", "l",
        "d", "m", "h", "p", "s = ", "i = ", "f=", "t : ", "l = ", "d = ", "m = ", "p = ", "true", "1", "-3", "1e400",
        "nan", "99999999999999999999", "é", "e\u{301}", "\u{feff}", "\0", "\u{2028}", "\u{1f600}", "\u{85}",
    ]

    private func text(_ random: inout Seeded) -> String {
        (0..<Int.random(in: 0...60, using: &random)).map { _ in Self.pieces.randomElement(using: &random) ?? "" }
            .joined()
    }

    @Test func `six thousand random files never trap, and every error names a line of the file`() {
        let registry = registry(of: Self.options)
        var parsed = 0
        for seed in 0..<6000 as Range<UInt64> {
            var random = Seeded(state: seed)
            let text = (seed.isMultiple(of: 2) ? "[DEFAULT]\n" : "") + text(&random)
            let lines = text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" }.count
            do {
                let file = try DialectParser.parse(text, path: "/f")
                parsed += 1
                let configuration = Configuration(registry: registry, files: [file])
                for problem in configuration.validate() where problem.severity == .error {
                    guard case .file(path: "/f", line: let line?) = problem.origin, (1...lines).contains(line) else {
                        Issue.record("seed \(seed): \(problem) in \(text.debugDescription)")
                        continue
                    }
                }
            } catch {
                let line = error.line ?? 0
                #expect((1...lines).contains(line), "seed \(seed): \(error) in \(text.debugDescription)")
            }
        }
        #expect(parsed > 500, "chance must get beyond the parser")
    }

    @Test func `a thousand files of random bytes are text or told at a line`() throws {
        for seed in 0..<1000 as Range<UInt64> {
            var random = Seeded(state: seed)
            let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            do {
                _ = try FileReader.parse(bytes, path: "/f")
            } catch {
                #expect(error.line != nil, "seed \(seed): \(error)")
            }
        }
    }
}
