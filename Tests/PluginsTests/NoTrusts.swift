import FoundationEssentials
import Keystone

/// Where nobody asks for a trust.
struct NoTrusts: Trusts {
    func make(for context: RequestContext, until end: Date) async throws(ServiceError) -> String { throw Self.error }
    func find(for trustorID: String, in projectID: String, until end: Date) async throws(ServiceError) -> String? {
        nil
    }
    func delete(_ id: String) async throws(ServiceError) { throw Self.error }

    private static let error = ServiceError(.forbidden, "there are no trusts here", serviceType: "identity")
}
