import FoundationEssentials

/// Keystone's `/v3/OS-TRUST/trusts`, for whomever its adapter speaks.
struct TrustClient: Sendable {
    private static let timeout = Duration.seconds(20)

    private let adapter: ServiceAdapter

    init(adapter: ServiceAdapter) {
        self.adapter = adapter
    }

    /// Only the trustor may, with a token of their own that has not expired: 403 for one of an application credential or of
    /// another trust.
    func create(_ request: TrustRequest) async throws(ServiceError) -> Trust {
        guard let body = try? JSONEncoder().encode(request) else {
            throw ServiceError(.invalidRequest, "the trust cannot be written as JSON", serviceType: "identity")
        }
        let answer = try await adapter.send(
            ServiceRequest(.post, "OS-TRUST/trusts", body: [UInt8](body), timeout: Self.timeout))
        return try await answer.decode(One.self).trust
    }

    /// All that name this trustee, who alone may ask for them.
    func trusts(to trusteeID: String) async throws(ServiceError) -> [Trust] {
        let answer = try await adapter.send(
            ServiceRequest(
                .get, "OS-TRUST/trusts", query: [QueryItem("trustee_user_id", trusteeID)], timeout: Self.timeout))
        return try await answer.decode(Many.self).trusts.elements
    }

    /// Throws `.notFound` where there is none, or it is over. Trustor and trustee may ask.
    func trust(_ id: String, within time: Duration) async throws(ServiceError) -> Trust {
        try await adapter.send(ServiceRequest(.get, "OS-TRUST/trusts/\(id)", timeout: time)).decode(One.self).trust
    }

    /// Ends it, and all tokens that were made of it. Only the trustor may, and an administrator.
    func delete(_ id: String) async throws(ServiceError) {
        let answer = try await adapter.send(ServiceRequest(.delete, "OS-TRUST/trusts/\(id)", timeout: Self.timeout))
        // Anything else was said by somebody between us and Keystone: a page that tells of its maintenance, say.
        guard answer.status == 204 else {
            throw ServiceError(
                .invalidResponse, "the answer to the removal of a trust is not Keystone's", serviceType: "identity",
                status: answer.status, requestID: answer.requestID)
        }
    }

    private struct One: Decodable, Sendable {
        var trust: Trust
    }

    private struct Many: Decodable, Sendable {
        var trusts: LenientArray<Trust>
    }
}
