import Foundation
import HTTPTypes

/// `/v3/OS-TRUST/trusts` of a `ScriptedKeystone`, with Keystone's own rules: only the trustor makes one, with a token of
/// theirs that is good; no two of the same end; the trustee may read and list, the trustor and an administrator may end it.
struct ScriptedTrust: Sendable {
    var id: String
    var trustor: ScriptedKeystone.User
    var trusteeID: String
    var roles: [String]
    /// Whole seconds, as Keystone keeps it.
    var expiresAt: String
    var isBarred = false

    var json: String {
        #"""
        {"id": "\#(id)", "trustor_user_id": "\#(trustor.name)-id", "trustee_user_id": "\#(trusteeID)",
        "project_id": "\#(trustor.project ?? "")-id", "impersonation": true, "expires_at": "\#(expiresAt)"}
        """#
    }
}

extension ScriptedKeystone {
    /// The ids of the trusts that there are, with who made them.
    package var trusts: [String: String] { desk.trusts }

    /// Ends a trust behind the daemon's back.
    package func endTrust(_ id: String) { desk.state.withLock { $0.endTrust(id) } }

    /// Disables the project of a trust: it is still there, and gives no token.
    package func disableProject(ofTrust id: String) { desk.state.withLock { $0.trusts[id]?.isBarred = true } }

    /// What becomes of the answers of `/OS-TRUST/trusts`; all but the last are about `POST`.
    package enum TrustMood: Sendable {
        case well
        /// It is made, and the connection breaks.
        case losingAnswers
        case status(Int)
        /// A proxy answers, and says 200 to everything.
        case maintenancePage
    }

    package func set(trusts mood: TrustMood) { desk.state.withLock { $0.trustMood = mood } }
}

extension ScriptedKeystone.State {
    mutating func endTrust(_ id: String) {
        trusts[id] = nil
        for (token, grant) in grants where grant.trustID == id { grants[token]?.isRevoked = true }
    }

    /// Nil where the connection breaks.
    mutating func answerAboutTrusts(_ request: ScriptedRequest) -> ScriptedResponse? {
        let token = request.headerFields[HTTPField.Name("X-Auth-Token")!] ?? ""
        guard let grant = grant(token, allowExpired: false) else { return error(401, "You must log in.") }
        let id = request.path.components(separatedBy: "/OS-TRUST/trusts/").dropFirst().first
        if case .maintenancePage = trustMood { return ScriptedResponse(200, text: "<html>Back soon.</html>") }
        switch (request.method, id) {
        case (.post, _):
            if case .status(let status) = trustMood { return error(status, "I am ill") }
            let made = makeTrust(request, grant)
            if case .losingAnswers = trustMood { return nil }
            return made
        case (.get, nil):
            let trustee = request.path.components(separatedBy: "trustee_user_id=").last ?? ""
            guard trustee == grant.user.name + "-id" else { return error(403, "Not yours to see.") }
            let list = trusts.values.filter { $0.trusteeID == trustee }.map(\.json).joined(separator: ", ")
            return document(200, #"{"trusts": [\#(list)]}"#)
        case (.get, let id?):
            guard let trust = trusts[id] else { return error(404, "Could not find trust: \(id).") }
            return document(200, #"{"trust": \#(trust.json)}"#)
        case (_, let id?):
            guard let trust = trusts[id] else { return error(404, "Could not find trust: \(id).") }
            guard trust.trustor.name == grant.user.name || grant.user.roles.contains("admin") else {
                return error(403, "You are not authorized to perform the requested action: identity:delete_trust.")
            }
            endTrust(id)
            return ScriptedResponse(204)
        default: return error(404, "Not found.")
        }
    }

    private mutating func makeTrust(_ request: ScriptedRequest, _ grant: ScriptedKeystone.Grant) -> ScriptedResponse {
        guard grant.user.applicationCredential == nil, grant.trustID == nil else {
            return error(403, "You are not authorized: Delegated tokens cannot manage trusts.")
        }
        let body = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
        guard let fields = body?["trust"] as? [String: Any],
            fields["trustor_user_id"] as? String == grant.user.name + "-id",
            fields["project_id"] as? String == (grant.user.project ?? "") + "-id",
            let trustee = fields["trustee_user_id"] as? String, let end = fields["expires_at"] as? String,
            let roles = fields["roles"] as? [[String: Any]]
        else { return error(400, "Invalid input.") }
        // As in a cloud where some domain has a role of each name.
        guard roles.allSatisfy({ $0["name"] == nil }) else { return error(400, "There are multiple role entities.") }
        let names = roles.compactMap { ($0["id"] as? String)?.replacingOccurrences(of: "-id", with: "") }
        guard Set(names).isSubset(of: grant.user.roles) else { return error(404, "Could not find role.") }
        let second = end.prefix(19) + ".000000Z"
        let isTaken = trusts.values.contains {
            $0.trustor.name == grant.user.name && $0.trusteeID == trustee && $0.expiresAt == second
        }
        guard !isTaken else { return error(409, "Duplicate entry.") }
        lastNumber += 1
        let trust = ScriptedTrust(
            id: "trust-\(lastNumber)", trustor: grant.user, trusteeID: trustee, roles: names,
            expiresAt: String(second))
        trusts[trust.id] = trust
        return document(201, #"{"trust": \#(trust.json)}"#)
    }

    /// A token by a trust; nil if there is no such trust, it is not for this user, or its project is disabled.
    mutating func issue(by trustID: String, to trustee: ScriptedKeystone.User, life: Duration) -> String? {
        guard let trust = trusts[trustID], trust.trusteeID == trustee.name + "-id", !trust.isBarred else {
            return nil
        }
        let token = issue(to: trust.trustor.name, life: life)
        grants[token]?.trustID = trustID
        return token
    }

    private func document(_ status: Int, _ text: String) -> ScriptedResponse {
        ScriptedResponse(status, [.contentType: "application/json"], text: text)
    }
}
