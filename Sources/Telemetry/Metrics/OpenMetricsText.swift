/// OpenMetrics 1.0 as text, being written.
///
/// It is UTF-8, a line for each sample, behind the three lines that say what the metric is.
struct OpenMetricsText {
    private var bytes: [UInt8] = []
    private var name = ""
    private var kind = MetricDeclaration.Kind.gauge

    /// The samples that follow are of this metric.
    mutating func begin(_ declaration: MetricDeclaration) {
        name = declaration.name
        kind = declaration.kind
        append("# TYPE \(name) \(Self.word(for: kind))\n")
        if let unit = declaration.unit { append("# UNIT \(name) \(unit.rawValue)\n") }
        append("# HELP \(name) \(Self.escaped(declaration.help))\n")
    }

    /// - Parameter ending: of the sample's name; nil is the one that its kind has.
    mutating func write(_ value: Double, ending: String? = nil, labels: [(String, String)]) {
        append(name)
        append(ending ?? Self.ending(for: kind))
        for (index, (name, value)) in labels.enumerated() {
            append("\(index == 0 ? "{" : ",")\(name)=\"\(Self.escaped(value))\"")
        }
        append("\(labels.isEmpty ? "" : "}") \(Self.number(value))\n")
    }

    func finished() -> [UInt8] { bytes + Array("# EOF\n".utf8) }

    /// The bound of a histogram as the value of its label `le`: the same text for the same number, everywhere.
    static func bound(_ value: Double) -> String {
        value.isInfinite ? number(value) : "\(value)"
    }

    // MARK: - Private

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private static func word(for kind: MetricDeclaration.Kind) -> String {
        switch kind {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        case .info: "info"
        }
    }

    private static func ending(for kind: MetricDeclaration.Kind) -> String {
        switch kind {
        case .counter: "_total"
        case .info: "_info"
        case .gauge, .histogram: ""
        }
    }

    private static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return "\(whole)" }
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return "\(value)"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
