/// Puts the values of options in place of `$name`, `${name}`, `$group.name` and `${group.name}`.
///
/// Python's `string.Template.safe_substitute`, as oslo.config uses it: `$$` and `\$` are a dollar sign, a dollar sign
/// before anything that begins no name is left alone, and a name that no option has is an error.
///
/// One of these serves one read: it remembers what it expanded, so that options that name each other many times cost no
/// more than naming each other once.
struct Substitution {
    /// More than any setting needs; what a few lines that double each other would soon pass.
    static let longestText = 65536

    private let configuration: Configuration
    private var known: [OptionKey: String] = [:]
    private var path: [(option: OptionDeclaration, origin: Origin)] = []

    init(in configuration: Configuration) {
        self.configuration = configuration
    }

    /// `text` of the option `declaration`, in full.
    mutating func expand(
        _ text: String, of declaration: OptionDeclaration, at origin: Origin
    ) throws(ConfigurationError) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        path.append((declaration, origin))
        defer { path.removeLast() }
        var result = ""
        for piece in TemplatePiece.pieces(of: text) {
            switch piece {
            case .text(let text): result += text
            case .name(let name): result += try value(named: name, for: declaration, at: origin)
            }
            guard result.utf8.count <= Self.longestText else {
                throw ConfigurationError(
                    .valueTooLong, origin, declaration,
                    "expected a text that is no longer than \(Self.longestText) bytes with what its $names stand for")
            }
        }
        return result
    }

    private mutating func value(
        named name: String, for declaration: OptionDeclaration, at origin: Origin
    ) throws(ConfigurationError) -> String {
        guard let target = target(of: name, from: declaration.group) else {
            let shown = declaration.isSecret ? "a $ that stands for itself written as $$" : "an option's name after $"
            let found = declaration.isSecret ? "" : ", found $\(name); a $ that stands for itself is written $$"
            throw ConfigurationError(.unknownReference, origin, declaration, "expected \(shown)\(found)")
        }
        if let value = known[target.key] { return value }
        guard !path.contains(where: { $0.option.key == target.key }) else { throw circle(through: name) }
        var texts: [String] = []
        for text in configuration.find(target).texts {
            texts.append(try expand(text.value, of: target, at: text.origin))
        }
        let value = texts.joined(separator: ",")
        known[target.key] = value
        return value
    }

    /// Told at the last place on the way round that an operator wrote; a default alone never goes round.
    private func circle(through name: String) -> ConfigurationError {
        let place = path.last { $0.origin != .declaration } ?? path.last
        return ConfigurationError(
            .circularReference, place?.origin ?? .declaration, place?.option,
            "expected a value that does not depend on itself, found $\(name) on the way round")
    }

    /// `group.name` names an option of that group, a plain name one of the same group; else, either, one of DEFAULT.
    private func target(of name: String, from group: String) -> OptionDeclaration? {
        var key = OptionKey(group: group, name: name)
        if let dot = name.firstIndex(of: ".") {
            key = OptionKey(group: String(name[..<dot]), name: String(name[name.index(after: dot)...]))
        }
        return configuration.registry.declaration(named: key)
            ?? configuration.registry.declaration(
                named: OptionKey(group: OptionDeclaration.defaultGroup, name: name))
    }
}
