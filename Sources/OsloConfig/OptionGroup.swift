/// The options of one group of a file, in the order in which they are explained.
package struct OptionGroup: Sendable {
    package let name: String
    package let help: String
    package private(set) var options: [AnyConfigOption]

    package init(_ name: String = OptionDeclaration.defaultGroup, help: String = "", _ options: [AnyConfigOption]) {
        self.name = name
        self.help = help
        self.options = options
    }

    mutating func append(_ more: [AnyConfigOption]) {
        options += more
    }
}
