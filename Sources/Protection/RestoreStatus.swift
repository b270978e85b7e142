/// Where a restore or verification stands, in Karbor's words.
package enum RestoreStatus: String, Sendable {
    case inProgress = "in_progress"
    case success
    case fail
}
