/// The commented file that explains every option of a registry, in the form of oslo-config-generator's.
///
/// Each option is a comment of its help, type and limits, then `#name = default`. Taking the mark off a line that shows a
/// default changes nothing. Words in angle brackets stand where there is none to show (`<None>`), or one that the machine
/// decides: they are no values. Options without effect are only named, at the end
/// of their group: nobody needs to learn them, and whoever has them in a file can look them up.
package enum SampleFile {
    static let width = 79

    package static func render(_ registry: OptionRegistry) -> String {
        registry.groups.map(render).joined(separator: "\n\n")
    }

    private static func render(_ group: OptionGroup) -> String {
        var lines = ["[\(group.name)]"]
        if !group.help.isEmpty { lines += [""] + comment(group.help) }
        let options = group.options.map(\.declaration)
        for option in options where option.hasEffect { lines += [""] + render(option) }
        let idle = options.filter { !$0.hasEffect }.map(\.name).joined(separator: ", ")
        if !idle.isEmpty { lines += [""] + comment("Accepted for existing files, without effect here: \(idle)") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func render(_ option: OptionDeclaration) -> [String] {
        var lines = comment("\(option.help) (\(option.type.summary))")
        lines += limits(of: option.type)
        for name in option.deprecatedNames {
            lines.append("# Deprecated group/name - [\(name.group ?? option.group)]/\(name.name)")
        }
        return lines + values(of: option).map { "#\(option.name) = \($0)".trimmingSpaceAtEnd }
    }

    private static func limits(of type: OptionType) -> [String] {
        switch type {
        case .integer(let bounds): limits(bounds) { String($0) }
        case .float(let bounds): limits(bounds) { String($0) }
        case .seconds(let bounds):
            limits(Bounds(bounds.least, bounds.greatest == NumberSyntax.longestSeconds ? nil : bounds.greatest)) {
                NumberSyntax.text($0)
            }
        case .port: ["# Minimum value: 0", "# Maximum value: 65535"]
        case .choice(let choices): comment("Possible values: " + choices.joined(separator: ", "))
        default: []
        }
    }

    private static func limits<Number>(_ bounds: Bounds<Number>, _ text: (Number) -> String) -> [String] {
        (bounds.least.map { ["# Minimum value: \(text($0))"] } ?? [])
            + (bounds.greatest.map { ["# Maximum value: \(text($0))"] } ?? [])
    }

    private static func values(of option: OptionDeclaration) -> [String] {
        if let sample = option.sample { return [sample] }
        guard !option.isSecret, !option.defaults.isEmpty else { return ["<None>"] }
        return option.defaults.map(quotedIfNeeded)
    }

    /// A value that reading would trim or unquote, in quotes.
    private static func quotedIfNeeded(_ value: String) -> String {
        let isQuoted = value.count > 1 && value.first == value.last && (value.hasPrefix("\"") || value.hasPrefix("'"))
        guard isQuoted || Trimming.trimmed(value) != value else { return value }
        return value.hasPrefix("\"") ? "'\(value)'" : "\"\(value)\""
    }

    /// Words as comment lines no wider than `width`, unless a word is. A line end in `text` stays one.
    private static func comment(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph -> [String] in
            var lines: [String] = []
            var line = "#"
            for word in paragraph.split(separator: " ") {
                if line.count + 1 + word.count > width, line != "#" {
                    lines.append(line)
                    line = "#"
                }
                line += " \(word)"
            }
            return lines + [line]
        }
    }
}

extension String {
    fileprivate var trimmingSpaceAtEnd: String { Trimming.withoutSpaceAtEnd(self) }
}
