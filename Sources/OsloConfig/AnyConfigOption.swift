/// An option whose type nobody needs to know: what registries hold.
package struct AnyConfigOption: Sendable {
    package private(set) var declaration: OptionDeclaration
    /// Reads the value as its owner would, and drops it.
    let check: @Sendable (Configuration) throws(ConfigurationError) -> Void

    package init<Value>(_ option: ConfigOption<Value>) {
        declaration = option.declaration
        check = { configuration throws(ConfigurationError) in _ = try configuration.get(option) }
    }

    /// Accepted and checked, and changes nothing here.
    var withoutEffect: AnyConfigOption {
        var option = self
        option.declaration.hasEffect = false
        return option
    }
}

extension ConfigOption {
    package var erased: AnyConfigOption { AnyConfigOption(self) }
}
