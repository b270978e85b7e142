/// A value from the command line, which goes before everything else.
package struct ConfigurationOverride: Sendable, Equatable {
    package let key: OptionKey
    package let values: [String]
    /// As the operator typed it, for errors.
    package let flag: String

    package init(_ declaration: OptionDeclaration, values: [String], flag: String) {
        key = declaration.key
        self.values = values
        self.flag = flag
    }
}
