/// What there is to know about a metric before anything is measured: its name, its labels, and what an operator is told of it.
///
/// `MetricRegistry` exposes what is declared and nothing else. Each room declares its own, beside what measures them.
package struct MetricDeclaration: Sendable {
    package enum Kind: Sendable, Equatable {
        /// Only goes up. Its samples end in `_total`, which is not part of the name.
        case counter
        case gauge
        /// How many values were at most as large as each bound. The bounds ascend; the one that has no end is added.
        case histogram([Double])
        /// Always 1; what counts is in its labels. Its samples end in `_info`, which is not part of the name.
        case info
    }

    /// A base unit. It is the end of the name.
    package enum Unit: String, Sendable {
        case seconds, bytes
    }

    /// Letters, digits and underscores, without the endings that its kind adds.
    package let name: String
    package let kind: Kind
    /// A sentence.
    package let help: String
    /// The names of its labels, in the order in which they are shown. Their values come from closed sets.
    package let labels: [String]

    package init(_ name: String, _ kind: Kind, labels: [String] = [], _ help: String) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.help = help
    }

    package var unit: Unit? {
        [Unit.seconds, .bytes].first { name.hasSuffix("_" + $0.rawValue) }
    }
}
