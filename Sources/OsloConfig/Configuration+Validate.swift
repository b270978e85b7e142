extension Configuration {
    /// Everything an operator should know, in the order of the files: errors, and also what is allowed but idle.
    package func validate() -> [ConfigurationProblem] {
        let found = unusableValues() + unknownNames() + unknownVariables() + idleAssignments()
        let ranked = found.enumerated().map { (place: place(of: $0.element), number: $0.offset, problem: $0.element) }
        return ranked.sorted {
            ($0.place.file, $0.place.line, $0.number) < ($1.place.file, $1.place.line, $1.number)
        }.map(\.problem)
    }

    /// Reads every option once, as its owner would. One option that others name can fail in all of them; it is told once.
    private func unusableValues() -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        for option in registry.options {
            do {
                try option.check(self)
            } catch {
                let problem = ConfigurationProblem(
                    code: .unusable(error.code), origin: error.origin, group: error.group ?? option.declaration.group,
                    option: error.option ?? option.declaration.name, text: error.reason)
                if !problems.contains(problem) { problems.append(problem) }
            }
        }
        return problems
    }

    private func unknownNames() -> [ConfigurationProblem] {
        let hints = SpellingHints(registry)
        var problems: [ConfigurationProblem] = []
        for file in files {
            for header in file.headers where !registry.hasGroup(header.group) {
                problems.append(
                    ConfigurationProblem(
                        code: .unknownGroup, origin: .file(path: file.path, line: header.line), group: header.group,
                        option: nil, text: "no such group, ignored" + hints.hint(forGroup: header.group)))
            }
            for assignment in file.assignments {
                let key = OptionKey(group: assignment.group, name: assignment.name)
                guard registry.declaration(spelled: key) == nil else { continue }
                problems.append(
                    ConfigurationProblem(
                        code: .unknownOption, origin: .file(path: file.path, line: assignment.line),
                        group: assignment.group, option: assignment.name,
                        text: "no such option, ignored" + hints.hint(for: key)))
            }
        }
        return problems
    }

    /// Variables that look as if they meant an option. Those of the command-line clients (`OS_AUTH_URL`) do not.
    private func unknownVariables() -> [ConfigurationProblem] {
        let known = Set(registry.options.map { Self.environmentVariable(for: $0.declaration) })
        let meant = environment.keys.filter { $0.hasPrefix("OS_") && $0.contains("__") && !known.contains($0) }
        return meant.sorted().map { variable in
            let parts = variable.dropFirst(3).split(separator: "__", maxSplits: 1)
            return ConfigurationProblem(
                code: .unknownOption, origin: .environment(variable: variable),
                group: parts.first.map(String.init) ?? "",
                option: parts.count > 1 ? String(parts[1]) : nil, text: "no such option, ignored")
        }
    }

    private func idleAssignments() -> [ConfigurationProblem] {
        files.flatMap { file in
            file.assignments.compactMap { assignment -> ConfigurationProblem? in
                let key = OptionKey(group: assignment.group, name: assignment.name)
                guard let declaration = registry.declaration(spelled: key) else { return nil }
                let (code, text): (ConfigurationProblem.Code, String)
                if key != declaration.key {
                    (code, text) = (.deprecatedName, "deprecated, now [\(declaration.group)] \(declaration.name)")
                } else if !declaration.hasEffect {
                    (code, text) = (.withoutEffect, "accepted, has no effect here")
                } else {
                    return nil
                }
                return ConfigurationProblem(
                    code: code, origin: .file(path: file.path, line: assignment.line), group: assignment.group,
                    option: assignment.name, text: text)
            }
        }
    }

    /// Where in the files a problem stands; what stands in none comes first.
    private func place(of problem: ConfigurationProblem) -> (file: Int, line: Int) {
        guard case .file(let path, let line) = problem.origin else { return (-1, 0) }
        return (files.firstIndex { $0.path == path } ?? files.count, line ?? 0)
    }
}
