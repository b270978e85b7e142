package import Telemetry

/// Text in several forms. Each comes in two: with a default its value is never nil, without one it may be.
extension ConfigOption where Value == String {
    package static func string(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, default value: String,
        sample: String? = nil, deprecated: [DeprecatedName] = [], help: String
    ) -> Self {
        Self(name, group, .string, default: value, sample: sample, deprecated: deprecated, help: help) { $0 }
    }

    /// A text without which whoever reads it cannot go on: reading it where no file names it is an error.
    package static func requiredString(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, deprecated: [DeprecatedName] = [],
        help: String
    ) -> Self {
        Self(name, group, .string, default: nil, deprecated: deprecated, help: help) { $0 }
    }

    package static func choice(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, _ choices: [String],
        default value: String, deprecated: [DeprecatedName] = [], help: String
    ) -> Self {
        Self(name, group, .choice(choices), default: value, deprecated: deprecated, help: help) {
            choices.contains($0) ? $0 : nil
        }
    }

    package static func host(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, default value: String,
        deprecated: [DeprecatedName] = [], help: String
    ) -> Self {
        Self(name, group, .host, default: value, deprecated: deprecated, help: help) {
            HostSyntax.isAddress($0) ? $0 : nil
        }
    }
}

extension ConfigOption where Value == String? {
    package static func string(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, sample: String? = nil,
        deprecated: [DeprecatedName] = [], help: String
    ) -> Self {
        Self(optional: name, group, .string, sample: sample, deprecated: deprecated, help: help) { $0 }
    }

    package static func choice(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, _ choices: [String],
        deprecated: [DeprecatedName] = [], help: String
    ) -> Self {
        Self(optional: name, group, .choice(choices), deprecated: deprecated, help: help) {
            choices.contains($0) ? $0 : nil
        }
    }
}

extension ConfigOption where Value == Secret<String> {
    package static func secret(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, default value: String,
        sample: String? = nil, deprecated: [DeprecatedName] = [], help: String
    ) -> ConfigOption<Secret<String>> {
        Self(
            name, group, .string, default: value, sample: sample, isSecret: true, deprecated: deprecated, help: help
        ) { Secret($0) }
    }
}

extension ConfigOption where Value == Secret<String>? {
    package static func secret(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, sample: String? = nil,
        deprecated: [DeprecatedName] = [], help: String
    ) -> ConfigOption<Secret<String>?> {
        Self(optional: name, group, .string, sample: sample, isSecret: true, deprecated: deprecated, help: help) {
            Secret($0)
        }
    }
}

extension ConfigOption where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the cases of an enumeration, by its raw value.
    package static func choice(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, default value: Value,
        deprecated: [DeprecatedName] = [], help: String
    ) -> Self {
        Self(
            name, group, .choice(Value.allCases.map(\.rawValue)), default: value.rawValue, deprecated: deprecated,
            help: help
        ) { Value(rawValue: $0) }
    }
}
