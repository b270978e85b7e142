import OpenStack
import PluginKit

/// Which states of Cinder's things end a wait, and how: the sets that Karbor waits with.
struct CinderStates: Sendable {
    var good: Set<String>
    /// States that are passed on the way. Any other ends the wait as bad.
    var passing: Set<String>

    static let notFound = "not-found"
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

    /// - Parameters:
    ///   - what: begins the reason, such as `the backup`.
    ///   - told: how a bad state is named, where Cinder says more of it than the state.
    func verdict(_ status: String, what: String, told: String? = nil) -> Verdict {
        if good.contains(status) { return .done }
        if passing.contains(status) { return .pending }
        return .failed(reason: status == Self.notFound ? "\(what) is gone" : "\(what) went to \(told ?? status)")
    }
}

extension VolumeBackup {
    /// Its status, with Cinder's reason where there is one.
    var statusAndReason: String {
        status.rawValue + (failReason.flatMap { $0.isEmpty ? nil : ": \($0)" } ?? "")
    }
}
