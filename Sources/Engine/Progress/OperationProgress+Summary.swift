package import FoundationEssentials

extension OperationProgress {
    /// For the STATUS line: `45 % of 12 GiB, until about 14:05 UTC`. Nil where nothing is known yet.
    package func summary(at now: Date) -> String? {
        let share: String
        if bytesTotal > 0 {
            let percent = Int((Double(bytesDone) / Double(bytesTotal) * 100).rounded(.down))
            share = "\(percent) % of \(Self.size(bytesTotal))"
        } else if stepsTotal > 0 {
            share = "\(stepsDone) of \(stepsTotal) resources"
        } else {
            return nil
        }
        guard let estimatedEnd else { return share }
        return "\(share), until about \(Self.moment(estimatedEnd, at: now)) UTC"
    }

    /// With one decimal below ten, where it is not a whole number.
    private static func size(_ bytes: Int64) -> String {
        var value = Double(bytes) / 1_048_576
        var unit = "MiB"
        for larger in ["GiB", "TiB", "PiB"] where value >= 1024 {
            value /= 1024
            unit = larger
        }
        let tenths = Int((value * 10).rounded())
        return tenths < 100 && tenths % 10 != 0
            ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\(Int(value.rounded())) \(unit)"
    }

    /// The time, and the day where it is another one.
    private static func moment(_ date: Date, at now: Date) -> String {
        let text = date.formatted(.iso8601)
        let (day, time) = (text.prefix(10), text.dropFirst(11).prefix(5))
        return now.formatted(.iso8601).hasPrefix(day) ? String(time) : "\(day) \(time)"
    }
}
