/// Where a value, or a mistake, comes from.
package enum Origin: Sendable, Hashable, CustomStringConvertible {
    /// `line` is nil where the whole file is meant.
    case file(path: String, line: Int?)
    case environment(variable: String)
    case commandLine(flag: String)
    /// The default in the option's declaration.
    case declaration

    package var description: String {
        switch self {
        case .file(let path, let line?): "\(path):\(line)"
        case .file(let path, nil): path
        case .environment(let variable): "environment variable \(variable)"
        case .commandLine(let flag): "command line \(flag)"
        case .declaration: "default"
        }
    }
}
