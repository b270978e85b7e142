/// A kind of place that log lines can go to.
package enum LogDestination: Sendable, Equatable {
    case journal
    case standardError
    case file(String)
}
