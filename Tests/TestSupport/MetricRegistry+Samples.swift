package import Telemetry

extension MetricRegistry {
    /// What it exposes, by names with their labels: `x_total{a="1"}`.
    package var samples: [String: Double] {
        let lines = String(decoding: exposition(), as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
        return Dictionary(
            uniqueKeysWithValues: lines.compactMap { line in
                guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
                    return nil
                }
                return (String(line[..<space]), value)
            })
    }
}
