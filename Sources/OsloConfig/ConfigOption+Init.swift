extension ConfigOption {
    /// An option of one text; `convert` answers nil where the text is no value. Without a default it is required.
    init(
        _ name: String, _ group: String, _ type: OptionType, default value: String?, sample: String? = nil,
        isSecret: Bool = false, deprecated: [DeprecatedName], help: String,
        convert: @escaping @Sendable (String) -> Value?
    ) {
        let declaration = OptionDeclaration(
            group: group, name: name, type: type, defaults: value.map { [$0] } ?? [], sample: sample, help: help,
            isSecret: isSecret, deprecatedNames: deprecated)
        self.init(declaration: declaration) { texts throws(ConversionFailure) in
            guard let text = texts.last else { throw .missing }
            guard let value = convert(text) else { throw .wrong }
            return value
        }
    }

    /// An option of one text that may be set nowhere.
    init<Wrapped>(
        optional name: String, _ group: String, _ type: OptionType, sample: String? = nil, isSecret: Bool = false,
        deprecated: [DeprecatedName], help: String, convert: @escaping @Sendable (String) -> Wrapped?
    ) where Value == Wrapped? {
        let declaration = OptionDeclaration(
            group: group, name: name, type: type, defaults: [], sample: sample, help: help, isSecret: isSecret,
            deprecatedNames: deprecated)
        self.init(declaration: declaration) { texts throws(ConversionFailure) in
            guard let text = texts.last else { return nil }
            // oslo.config takes a number that is left empty for none.
            if text.isEmpty, type.isNumber { return nil }
            guard let value = convert(text) else { throw .wrong }
            return value
        }
    }
}
