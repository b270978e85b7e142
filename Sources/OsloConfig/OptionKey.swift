/// A group and a name, as they are looked up: the name exactly, the group without regard to case unless it is DEFAULT.
package struct OptionKey: Sendable, Hashable {
    package let group: String
    package let name: String

    package init(group: String, name: String) {
        self.group = Self.normalized(group)
        self.name = name
    }

    /// oslo.config's `_normalize_group_name`: `[Q]` is `[q]`, but `[default]` is not `[DEFAULT]`.
    static func normalized(_ group: String) -> String {
        group == OptionDeclaration.defaultGroup ? group : group.lowercased()
    }
}
