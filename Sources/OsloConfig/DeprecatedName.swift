/// An older spelling of an option, still read, with a warning.
package struct DeprecatedName: Sendable, Equatable, ExpressibleByStringLiteral {
    /// nil: the option's present group.
    package let group: String?
    package let name: String

    package init(group: String? = nil, name: String) {
        self.group = group
        self.name = name
    }

    package init(stringLiteral name: String) {
        self.init(name: name)
    }
}
