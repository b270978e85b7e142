/// The options a program, or one kind of file, declares.
///
/// Groups of one name are joined, so that each part of a program can declare its own options of a shared group. Of two
/// declarations of one option the first holds, and `mistakes` names the second: a test of each program asks for it.
package struct OptionRegistry: Sendable {
    /// In the order in which they were first named.
    package private(set) var groups: [OptionGroup] = []
    /// What is wrong with the declarations themselves.
    package private(set) var mistakes: [String] = []

    private var declarations: [OptionKey: OptionDeclaration] = [:]
    private var currentNames: [OptionKey: OptionDeclaration] = [:]

    package init(_ groups: [OptionGroup] = []) {
        for group in groups { add(group) }
    }

    package mutating func add(_ group: OptionGroup) {
        var accepted: [AnyConfigOption] = []
        for option in group.options where register(option.declaration, in: group) { accepted.append(option) }
        let joined = OptionKey.normalized(group.name)
        if let index = groups.firstIndex(where: { OptionKey.normalized($0.name) == joined }) {
            groups[index].join(accepted, help: group.help)
        } else {
            groups.append(OptionGroup(group.name, help: group.help, accepted))
        }
    }

    package var options: [AnyConfigOption] {
        groups.flatMap(\.options)
    }

    /// The option that a file means by `key`, in whatever spelling.
    func declaration(spelled key: OptionKey) -> OptionDeclaration? {
        declarations[key]
    }

    /// The option of that present name, as substitution looks for it.
    func declaration(named key: OptionKey) -> OptionDeclaration? {
        currentNames[key]
    }

    package func hasGroup(_ name: String) -> Bool {
        let wanted = OptionKey.normalized(name)
        return groups.contains { OptionKey.normalized($0.name) == wanted }
            || declarations.keys.contains { $0.group == wanted }
    }

    private mutating func register(_ declaration: OptionDeclaration, in group: OptionGroup) -> Bool {
        let name = "[\(declaration.group)] \(declaration.name)"
        if OptionKey.normalized(declaration.group) != OptionKey.normalized(group.name) {
            mistakes.append("\(name) is listed in [\(group.name)]")
            return false
        }
        if currentNames[declaration.key] != nil {
            mistakes.append("\(name) is declared twice")
            return false
        }
        currentNames[declaration.key] = declaration
        for key in declaration.keys {
            if let other = declarations[key], other != declaration {
                mistakes.append("[\(key.group)] \(key.name) is a spelling of two options")
            } else {
                declarations[key] = declaration
            }
        }
        return true
    }
}
