/// What is known of an option without its Swift type: enough to find its value, to check it and to describe it.
package struct OptionDeclaration: Sendable, Equatable {
    /// The group of options that are in no named one.
    package static let defaultGroup = "DEFAULT"

    package let group: String
    package let name: String
    package let type: OptionType
    /// As they would stand in a file, before substitution: none, one, or for multi-valued options several.
    package let defaults: [String]
    /// What the sample file shows in place of the default, where that depends on the machine or is a secret.
    package let sample: String?
    package let help: String
    /// A secret value never stands in an error, a problem or the sample file.
    package let isSecret: Bool
    package let deprecatedNames: [DeprecatedName]
    /// False for an option that is accepted so that an existing file can stay as it is, and that changes nothing here.
    package internal(set) var hasEffect = true

    package var key: OptionKey { OptionKey(group: group, name: name) }

    /// Every spelling, the current one first.
    var keys: [OptionKey] {
        [key] + deprecatedNames.map { OptionKey(group: $0.group ?? group, name: $0.name) }
    }
}
