import OpenStack
import PluginKit

/// Which states of Cinder's things end a wait, and how: the sets that Karbor waits with.
struct CinderStates: Sendable {
    var good: Set<String>
    var bad: Set<String>
    /// States that are passed on the way. Any other ends the wait as bad.
    var passing: Set<String>

    static let notFound = "not-found"

    static let volumeReady = CinderStates(
        good: ["available", "in-use", "error_extending", "error_restoring"],
        bad: ["error", "error_deleting", "deleting", notFound],
        passing: ["attaching", "creating", "backing-up", "restoring-backup", "extending", "reserved", "detaching"])
    /// Also one that an earlier run has begun to restore into.
    static let volumeMade = CinderStates(
        good: ["available", "restoring-backup"], bad: ["error", "error_restoring", notFound],
        passing: ["creating", "downloading"])
    static let volumeRestored = CinderStates(
        good: ["available"], bad: ["error", "error_restoring", notFound],
        passing: ["creating", "restoring-backup", "downloading"])
    static let snapshotMade = CinderStates(
        good: ["available", "backing-up"], bad: ["error", "error_deleting", "deleting", notFound], passing: ["creating"]
    )
    static let backupMade = CinderStates(good: ["available"], bad: ["error", notFound], passing: ["creating"])
    static let backupRestored = CinderStates(
        good: ["available"], bad: ["error", notFound], passing: ["restoring"])
    static let snapshotGone = CinderStates(
        good: [notFound, "deleted"], bad: ["error", "error_deleting"], passing: ["deleting", "available", "backing-up"])
    static let backupGone = CinderStates(
        good: [notFound, "deleted"], bad: ["error", "error_deleting"], passing: ["deleting", "available"])
    static let volumeGone = CinderStates(
        good: [notFound, "deleted"], bad: ["error", "error_deleting"], passing: ["deleting", "available"])

    /// - Parameters:
    ///   - what: begins the reason, such as `the backup <id>`.
    ///   - detail: what Cinder says about a bad state, such as a backup's `fail_reason`.
    func verdict(_ status: String, what: String, detail: String? = nil) -> Verdict {
        if good.contains(status) { return .done }
        if passing.contains(status) { return .pending }
        let told = detail.flatMap { $0.isEmpty ? nil : ": \($0)" } ?? ""
        return .failed(reason: status == Self.notFound ? "\(what) is gone" : "\(what) went to \(status)\(told)")
    }
}
