import OsloConfig

/// Prints what a check finds as it goes, and counts it.
struct CheckReport {
    private(set) var errors = 0
    private(set) var warnings = 0

    mutating func error(_ text: String) {
        errors += 1
        print("error: \(text)")
    }

    mutating func warning(_ text: String) {
        warnings += 1
        print("warning: \(text)")
    }

    func notice(_ text: String) { print("notice: \(text)") }

    mutating func add(_ problems: [ConfigurationProblem]) {
        for problem in problems {
            switch problem.severity {
            case .error: errors += 1
            case .warning: warnings += 1
            case .notice: break
            }
            print(problem)
        }
    }

    /// The last line where there is no error.
    var summary: String {
        switch warnings {
        case 0: "ok"
        case 1: "ok, with 1 warning"
        default: "ok, with \(warnings) warnings"
        }
    }
}
