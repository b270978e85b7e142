extension Configuration {
    func find(_ declaration: OptionDeclaration) -> FoundTexts {
        let isMulti = declaration.type == .multi
        if let override = overrides.last(where: { $0.key == declaration.key }) {
            let origin = Origin.commandLine(flag: override.flag)
            return FoundTexts(
                texts: override.values.suffix(isMulti ? override.values.count : 1).map {
                    .init(value: $0, origin: origin)
                })
        }
        let variable = Self.environmentVariable(for: declaration)
        if let value = environment[variable] {
            return FoundTexts(texts: [.init(value: value, origin: .environment(variable: variable))])
        }
        let located = isMulti ? all(declaration.keys) : last(declaration.keys).map { [$0] } ?? []
        if !located.isEmpty {
            return FoundTexts(texts: located.map { .init(value: $0.assignment.value, origin: origin(of: $0)) })
        }
        return FoundTexts(texts: declaration.defaults.map { .init(value: $0, origin: .declaration) })
    }

    static func environmentVariable(for declaration: OptionDeclaration) -> String {
        "OS_\(declaration.group.uppercased())__\(declaration.name.uppercased())"
    }

    func origin(of located: Located) -> Origin {
        .file(path: files[located.file].path, line: located.assignment.line)
    }

    /// Of the last file that has any of the spellings, the first of them that it has.
    private func last(_ keys: [OptionKey]) -> Located? {
        let candidates = keys.compactMap { assignments[$0]?.last }
        guard let file = candidates.map(\.file).max() else { return nil }
        return candidates.first { $0.file == file }
    }

    /// Every assignment of any of the spellings, as they were read.
    private func all(_ keys: [OptionKey]) -> [Located] {
        keys.flatMap { assignments[$0] ?? [] }.sorted {
            ($0.file, $0.assignment.line) < ($1.file, $1.assignment.line)
        }
    }
}
