extension ConfigOption where Value == Bool {
    package static func boolean(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, default value: Bool,
        deprecated: [DeprecatedName] = [], help: String
    ) -> Self {
        Self(name, group, .boolean, default: value ? "true" : "false", deprecated: deprecated, help: help) { text in
            switch text.lowercased() {
            case "true", "1", "on", "yes": true
            case "false", "0", "off", "no": false
            default: nil
            }
        }
    }
}

extension ConfigOption where Value == Int {
    package static func integer(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, default value: Int, min: Int? = nil,
        max: Int? = nil, deprecated: [DeprecatedName] = [], help: String
    ) -> Self {
        let bounds = Bounds(min, max)
        return Self(name, group, .integer(bounds), default: String(value), deprecated: deprecated, help: help) {
            NumberSyntax.integer($0, bounds)
        }
    }

    package static func port(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, default value: Int,
        deprecated: [DeprecatedName] = [], help: String
    ) -> Self {
        Self(name, group, .port, default: String(value), deprecated: deprecated, help: help) {
            NumberSyntax.integer($0, Bounds(0, 65535))
        }
    }
}

extension ConfigOption where Value == Int? {
    package static func integer(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, min: Int? = nil, max: Int? = nil,
        sample: String? = nil, deprecated: [DeprecatedName] = [], help: String
    ) -> Self {
        let bounds = Bounds(min, max)
        return Self(optional: name, group, .integer(bounds), sample: sample, deprecated: deprecated, help: help) {
            NumberSyntax.integer($0, bounds)
        }
    }

    package static func port(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, deprecated: [DeprecatedName] = [],
        help: String
    ) -> Self {
        Self(optional: name, group, .port, deprecated: deprecated, help: help) {
            NumberSyntax.integer($0, Bounds(0, 65535))
        }
    }
}

extension ConfigOption where Value == Double {
    package static func float(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, default value: Double,
        min: Double? = nil, max: Double? = nil, deprecated: [DeprecatedName] = [], help: String
    ) -> Self {
        let bounds = Bounds(min, max)
        return Self(name, group, .float(bounds), default: String(value), deprecated: deprecated, help: help) {
            NumberSyntax.double($0, bounds)
        }
    }
}

extension ConfigOption where Value == Duration {
    /// A time in seconds, whole or with a fraction; never negative, at most a hundred years, so that a deadline made
    /// from it cannot overflow.
    package static func seconds(
        _ name: String, in group: String = OptionDeclaration.defaultGroup, default value: Double, min: Double = 0,
        max: Double = NumberSyntax.longestSeconds, deprecated: [DeprecatedName] = [], help: String
    ) -> Self {
        let bounds = Bounds<Double>(min, max)
        return Self(
            name, group, .seconds(bounds), default: NumberSyntax.text(value), deprecated: deprecated, help: help
        ) {
            NumberSyntax.double($0, bounds).map { .seconds($0) }
        }
    }
}
