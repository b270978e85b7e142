/// An option whose type nobody needs to know: what registries hold.
package struct AnyConfigOption: Sendable {
    package let declaration: OptionDeclaration
    /// Reads the value as its owner would, and drops it.
    let check: @Sendable (Configuration) throws(ConfigurationError) -> Void

    package init<Value>(_ option: ConfigOption<Value>) {
        declaration = option.declaration
        check = { configuration throws(ConfigurationError) in _ = try configuration.get(option) }
    }
}

extension ConfigOption {
    package var erased: AnyConfigOption { AnyConfigOption(self) }
}
