import Keystone
import Loop
import PluginKit
import TestSupport

/// What plugins make outside the process: things with a kind and a marker. It outlives processes as a `MemoryDisk` does.
final class World: Sendable {
    struct Thing: Sendable, Equatable {
        var id: String
        var kind: String
        var resourceID: String
        var operationID: String
        var checkpointID: String
    }

    private struct State {
        var things: [Thing] = []
        var made: [String: Int] = [:]
        var cleanUps: [String] = []
        var lists = 0
        var stuck: Set<String> = []
        var listing: ServiceError?
    }

    /// Whether what a restore made stays when it fails.
    let keepsCopies: Bool
    private let state = Locked(State())

    init(keepsCopies: Bool = true) { self.keepsCopies = keepsCopies }

    var things: [Thing] { state.withLock(\.things) }
    /// How many were ever made, by kind and resource.
    var made: [String: Int] { state.withLock(\.made) }
    var cleanUps: [String] { state.withLock(\.cleanUps) }

    func kinds(of resourceID: String) -> [String] {
        things.filter { $0.resourceID == resourceID }.map(\.kind).sorted()
    }

    func noteCleanUp(_ text: String) { state.withLock { $0.cleanUps.append(text) } }

    func make(_ kind: String, _ marker: Marker, in process: Mortal) async throws -> String {
        try await process.call("make \(kind)", failure: Self.hiccup) { () throws(ServiceError) -> String in
            state.withLock { state in
                let number = state.made.values.reduce(0, +)
                state.made["\(kind) of \(marker.resourceID)", default: 0] += 1
                state.things.append(
                    Thing(
                        id: "\(kind)-\(number)", kind: kind, resourceID: marker.resourceID,
                        operationID: marker.operationID, checkpointID: marker.checkpointID))
                return "\(kind)-\(number)"
            }
        }
    }

    func find(_ kind: String, _ marker: Marker, in process: Mortal) async throws -> String? {
        try await process.call("find \(kind)", failure: Self.hiccup) { () throws(ServiceError) -> String? in
            things.first {
                $0.kind == kind && $0.resourceID == marker.resourceID && $0.operationID == marker.operationID
            }?.id
        }
    }

    func remove(_ id: String, in process: Mortal) async throws {
        try await process.call("remove \(id)", failure: Self.hiccup) { () throws(ServiceError) in
            try state.withLock { state throws(ServiceError) in
                guard !state.stuck.contains(id) else {
                    throw ServiceError(.forbidden, "\(id) is held", serviceType: "world")
                }
                state.things.removeAll { $0.id == id }
            }
        }
    }

    /// All there is: one list.
    func list(in process: Mortal) async throws -> [Thing] {
        try await process.call("list", failure: Self.hiccup) { () throws(ServiceError) in
            try state.withLock { state throws(ServiceError) in
                state.lists += 1
                if let error = state.listing { throw error }
                return state.things
            }
        }
    }

    /// How many lists were asked for.
    var lists: Int { state.withLock(\.lists) }
    /// What cannot be removed.
    func hold(_ id: String) { state.withLock { _ = $0.stuck.insert(id) } }
    /// What each list meets.
    func refuseLists(_ error: ServiceError?) { state.withLock { $0.listing = error } }
    /// A request that was sent twice has made this, too.
    func add(_ thing: Thing) { state.withLock { $0.things.append(thing) } }

    static let hiccup = ServiceError(
        .interrupted, "the connection broke", serviceType: "world", requestMayHaveArrived: true)
}
