import FoundationEssentials
import Keystone
import Loop
import TestSupport

/// The trusts that Keystone has, outside every process.
final class TrustWorld: Sendable {
    struct Made: Sendable, Equatable {
        var trustorID: String
        var projectID: String
        var end: Date
    }

    struct State: Sendable {
        var trusts: [String: Made] = [:]
        var madeCount = 0
        /// What happens to each request for a trust, to each question, and to each removal.
        var making: ServiceError?
        var finding: ServiceError?
        var removal: ServiceError?
        /// While somebody asks for a trust.
        var whenAsked: (@Sendable () -> Void)?
        /// Trusts of somebody else, whose ends are taken.
        var taken: Set<Date> = []
    }

    private let state = Locked(State())

    var trusts: [String: Made] { state.withLock(\.trusts) }
    var madeCount: Int { state.withLock(\.madeCount) }

    func change<Result: Sendable, Failure: Error>(
        _ body: (inout sending State) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        try state.withLock(body)
    }

    static let lostAnswer = ServiceError(
        .interrupted, "the connection broke", serviceType: "identity", requestMayHaveArrived: true)
    static let noAnswer = ServiceError(.identityUnavailable, "Keystone is away", serviceType: "identity")
    static let forbidden = ServiceError(
        .forbidden, "Delegated tokens cannot manage trusts.", serviceType: "identity", status: 403)
}

/// Keystone's trusts as one process reaches them.
struct TestTrusts: Trusts {
    let world: TrustWorld
    let process: Mortal

    init(_ world: TrustWorld, process: Mortal) {
        self.world = world
        self.process = process
    }

    func make(for context: RequestContext, until end: Date) async throws(ServiceError) -> String {
        try await process.call("make trust", failure: TrustWorld.lostAnswer) { () throws(ServiceError) in
            world.change(\.whenAsked)?()
            return try world.change { state throws(ServiceError) in
                if let error = state.making, !error.requestMayHaveArrived { throw error }
                let made = TrustWorld.Made(
                    trustorID: context.userID, projectID: context.projectID ?? "", end: end)
                guard !state.taken.contains(end), !state.trusts.values.contains(made) else {
                    throw ServiceError(.conflict, "there is one", serviceType: "identity", status: 409)
                }
                state.madeCount += 1
                state.trusts["trust-\(state.madeCount)"] = made
                if let error = state.making { throw error }
                return "trust-\(state.madeCount)"
            }
        }
    }

    func find(
        for trustorID: String, in projectID: String, until end: Date
    ) async throws(ServiceError) -> String? {
        try await process.call("find trust", failure: TrustWorld.lostAnswer) { () throws(ServiceError) in
            try world.change { state throws(ServiceError) in
                if let error = state.finding { throw error }
                let made = TrustWorld.Made(trustorID: trustorID, projectID: projectID, end: end)
                return state.trusts.first { $0.value == made }?.key
            }
        }
    }

    func delete(_ id: String) async throws(ServiceError) {
        try await process.call("delete trust", failure: TrustWorld.lostAnswer) { () throws(ServiceError) in
            try world.change { state throws(ServiceError) in
                if let error = state.removal { throw error }
                state.trusts[id] = nil
            }
        }
    }
}
