/// An option with the type of its value: the handle by which code reads it.
///
/// Made by the factories, once, as a constant; `Configuration.get` gives its value. Optional types are nil where no
/// file names the option; `name =` in a file is an empty text, which is not the same.
package struct ConfigOption<Value: Sendable>: Sendable {
    package private(set) var declaration: OptionDeclaration
    /// Makes the value from texts whose substitutions are done: none where the option is set nowhere and has no default.
    let convert: @Sendable ([String]) throws(ConversionFailure) -> Value

    package var group: String { declaration.group }
    package var name: String { declaration.name }

    init(
        declaration: OptionDeclaration,
        convert: @escaping @Sendable ([String]) throws(ConversionFailure) -> Value
    ) {
        self.declaration = declaration
        self.convert = convert
    }

    /// The same option, declared only so that files of the service we replace are accepted and checked.
    package var withoutEffect: ConfigOption {
        var option = self
        option.declaration.hasEffect = false
        return option
    }
}

/// Why a text is no value of an option.
enum ConversionFailure: Error {
    case wrong
    case missing
}
