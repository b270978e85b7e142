import PluginKit

/// Something in Cinder that is waited for, or was made on the way and may have to go again.
struct Remnant: Sendable, Equatable, CustomStringConvertible {
    enum Kind: String, Sendable {
        case backup, snapshot, volume

        /// When it can be deleted: Cinder refuses to while something is being done to it, so that is awaited first.
        var settled: CinderStates {
            switch self {
            case .backup:
                CinderStates(
                    good: ["available", "error", "deleting", "deleted", Sighting.notFound],
                    passing: ["creating", "restoring"])
            case .snapshot:
                CinderStates(
                    good: ["available", "error", "error_deleting", "deleting", "deleted", Sighting.notFound],
                    passing: ["creating", "backing-up"])
            case .volume:
                CinderStates(
                    good: [
                        "available", "error", "error_restoring", "error_deleting", "deleting", "deleted",
                        Sighting.notFound,
                    ], passing: ["creating", CinderStates.restoring, "downloading"])
            }
        }

        var gone: CinderStates {
            CinderStates(
                good: [Sighting.notFound, "deleted"],
                passing: self == .snapshot ? ["deleting", "available", "backing-up"] : ["deleting", "available"])
        }
    }

    var kind: Kind
    var id: String

    init(_ kind: Kind, _ id: String) {
        self.kind = kind
        self.id = id
    }

    var description: String { "\(kind.rawValue) \(id)" }
}
