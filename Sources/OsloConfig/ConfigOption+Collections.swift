extension ConfigOption where Value == [String] {
    /// Items separated by commas in one value.
    package static func list(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, default items: [String] = [],
        deprecated: [DeprecatedName] = [], help: String
    ) -> Self {
        Self(
            name, group, .list, default: items.joined(separator: ","), deprecated: deprecated, help: help,
            convert: ListSyntax.items)
    }

    /// An option that may be given several times: all values of all files, in the order they are read.
    package static func multi(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, default values: [String] = [],
        deprecated: [DeprecatedName] = [], help: String
    ) -> Self {
        let declaration = OptionDeclaration(
            group: group, name: name, type: .multi, defaults: values, sample: nil, help: help, isSecret: false,
            deprecatedNames: deprecated)
        return Self(declaration: declaration) { $0 }
    }
}

extension ConfigOption where Value == [String: String] {
    /// `key:value` pairs separated by commas in one value.
    package static func dictionary(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, default pairs: [(String, String)] = [],
        deprecated: [DeprecatedName] = [], help: String
    ) -> Self {
        Self(
            name, group, .dictionary, default: pairs.map { "\($0.0):\($0.1)" }.joined(separator: ","),
            deprecated: deprecated, help: help, convert: ListSyntax.pairs)
    }
}
