/// What whoever wrote an unknown name may have meant: one that differs only in case, in spaces around it, or in the kind of
/// line between words.
struct SpellingHints {
    private var groups: [String: String] = [:]
    private var options: [String: [OptionDeclaration]] = [:]

    init(_ registry: OptionRegistry) {
        for group in registry.groups where groups[Self.folded(group.name)] == nil {
            groups[Self.folded(group.name)] = group.name
        }
        for option in registry.options {
            options[Self.folded(option.declaration.name), default: []].append(option.declaration)
        }
    }

    /// `, did you mean [DEFAULT]?`, or nothing.
    func hint(forGroup name: String) -> String {
        groups[Self.folded(name)].map { ", did you mean [\($0)]?" } ?? ""
    }

    /// The same for an option: another way to write it, or the one other group that has it.
    func hint(for key: OptionKey) -> String {
        let alike = options[Self.folded(key.name)] ?? []
        if let option = alike.first(where: { $0.key.group == key.group }) { return ", did you mean \(option.name)?" }
        guard alike.count == 1 else { return "" }
        return ", did you mean [\(alike[0].group)] \(alike[0].name)?"
    }

    private static func folded(_ name: String) -> String {
        Trimming.trimmed(name).lowercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }
}
