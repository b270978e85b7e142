import PluginKit

/// Which states of Cinder's things end a wait, and how: the sets that Karbor waits with.
struct CinderStates: Sendable {
    var good: Set<String>
    /// States that are passed on the way. Any other ends the wait as bad.
    var passing: Set<String>

    /// Of a volume that a backup is being written into.
    static let restoring = "restoring-backup"

    static let volumeReady = CinderStates(
        good: ["available", "in-use", "error_extending", "error_restoring"],
        passing: ["attaching", "creating", "backing-up", restoring, "extending", "reserved", "detaching"])
    static let volumeMade = CinderStates(good: ["available"], passing: ["creating", "downloading"])
    static let volumeRestored = CinderStates(good: ["available"], passing: ["creating", restoring, "downloading"])
    static let snapshotMade = CinderStates(good: ["available", "backing-up"], passing: ["creating"])
    static let backupMade = CinderStates(good: ["available"], passing: ["creating"])
    static let backupRestored = CinderStates(good: ["available"], passing: ["restoring"])

    /// - Parameter what: begins the reason, such as `the backup`.
    func verdict(_ sighting: Sighting, what: String) -> Verdict {
        if good.contains(sighting.status) { return .done }
        if passing.contains(sighting.status) { return .pending }
        return .failed(reason: sighting.isGone ? "\(what) is gone" : "\(what) went to \(sighting.statusAndReason)")
    }
}
