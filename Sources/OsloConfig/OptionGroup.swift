/// The options of one group of a file, in the order in which they are explained.
package struct OptionGroup: Sendable {
    package let name: String
    package private(set) var help: String
    package private(set) var options: [AnyConfigOption]

    package init(_ name: String, help: String = "", _ options: [AnyConfigOption]) {
        self.name = name
        self.help = help
        self.options = options
    }

    /// Options of the group that has no name of its own.
    package init(_ options: [AnyConfigOption]) {
        self.init(OptionDeclaration.defaultGroup, options)
    }

    /// The same group, none of whose options changes anything here.
    package var withoutEffect: OptionGroup {
        OptionGroup(name, help: help, options.map(\.withoutEffect))
    }

    /// Adds the options of another declaration of the same group, and its help if there is none yet.
    mutating func join(_ more: [AnyConfigOption], help: String) {
        options += more
        if self.help.isEmpty { self.help = help }
    }
}
