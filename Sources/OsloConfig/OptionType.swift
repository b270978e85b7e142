/// The kind of value an option takes: what the sample file says of it and what an error expects.
package enum OptionType: Sendable, Equatable {
    case string
    case choice([String])
    case boolean
    case integer(Bounds<Int>)
    case float(Bounds<Double>)
    case seconds(Bounds<Double>)
    case list
    case multi
    case dictionary
    case host
    case port

    /// The words oslo.config's own sample files use.
    package var summary: String {
        switch self {
        case .string, .choice: "string value"
        case .boolean: "boolean value"
        case .integer: "integer value"
        case .float: "floating point value"
        case .seconds: "seconds"
        case .list: "list value"
        case .multi: "multi valued"
        case .dictionary: "dict value"
        case .host: "host address value"
        case .port: "port value"
        }
    }

    var isNumber: Bool {
        switch self {
        case .integer, .float, .seconds, .port: true
        default: false
        }
    }

    /// What an error asks for.
    var expectation: String {
        switch self {
        case .string: "a text"
        case .choice(let choices): "one of " + choices.joined(separator: ", ")
        case .boolean: "true, 1, on, yes, false, 0, off or no"
        case .integer(let bounds): "a whole number\(bounds.description)"
        case .float(let bounds): "a number\(bounds.description)"
        case .seconds(let bounds): "a number of seconds\(bounds.description)"
        case .list: "items separated by commas, each quote closed"
        case .multi: "a text, once or several times"
        case .dictionary: "key:value pairs separated by commas, no key twice"
        case .host: "an IP address or a host name"
        case .port: "a port from 0 to 65535"
        }
    }
}
