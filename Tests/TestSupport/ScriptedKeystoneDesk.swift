package import Foundation
import HTTPTypes
import Loop

extension ScriptedKeystone {
    /// What stands behind a `ScriptedKeystone`'s socket. It can do without one.
    package final class Desk: Sendable {
        let state: Locked<State>

        package init(life: Duration, window: Duration, clock: @escaping @Sendable () -> Date) {
            state = Locked(State(life: life, window: window, clock: clock))
        }

        /// What it answers when it is well.
        package func answer(_ request: ScriptedRequest) -> ScriptedResponse {
            state.withLock { state in
                guard request.path.contains("/OS-TRUST/") else { return state.answer(request) }
                return state.answerAboutTrusts(request) ?? ScriptedResponse(502)
            }
        }

        package func add(_ user: User) { state.withLock { $0.users[user.name] = user } }

        /// Issues a token as if the user had asked for one. One with a negative life has expired that long ago.
        package func issue(to user: String, life: Duration) -> String {
            state.withLock { $0.issue(to: user, life: life) }
        }

        /// Whether a service that asks about it would be told that it is good.
        package func accepts(_ token: String, allowExpired: Bool = false) -> Bool {
            state.withLock { $0.grant(token, allowExpired: allowExpired) != nil }
        }

        /// The roles of a token that is good.
        package func roles(of token: String) -> [String] {
            state.withLock { $0.grant(token, allowExpired: false)?.user.roles ?? [] }
        }

        /// The ids of the trusts that there are, with who made them.
        package var trusts: [String: String] { state.withLock { $0.trusts.mapValues(\.trustor.name) } }

        /// False if the connection is to be closed.
        func serve(_ request: ScriptedRequest, _ connection: ScriptedConnection) throws -> Bool {
            let (mood, delay) = state.withLock { ($0.mood, $0.delay) }
            if delay > .zero { connection.sleep(delay) }
            if case .well = mood, request.path.contains("/OS-TRUST/") {
                guard let answer = state.withLock({ $0.answerAboutTrusts(request) }) else { return false }
                try connection.send(answer)
                return true
            }
            switch mood {
            case .hangingUp: return false
            case .silent(let duration):
                connection.sleep(duration)
                return false
            case .status(let status):
                state.withLock { $0.count(request) }
                try connection.send(
                    ScriptedResponse(status, text: #"{"error": {"message": "I am ill", "code": \#(status)}}"#))
            case .bare(let status):
                state.withLock { $0.count(request) }
                try connection.send(ScriptedResponse(status))
            case .html:
                state.withLock { $0.count(request) }
                try connection.send(
                    ScriptedResponse(
                        200, [.contentType: "text/html"], text: "<html><body>Welcome to nginx!</body></html>"))
            case .truncated:
                let answer = state.withLock { $0.answer(request) }
                let body = String(decoding: answer.body.prefix(20), as: UTF8.self)
                try connection.send(
                    "HTTP/1.1 201 Created\r\nX-Subject-Token: cut\r\nContent-Length: 500\r\n\r\n\(body)")
                return false
            default: try connection.send(state.withLock { $0.answer(request) })
            }
            return true
        }
    }

    struct Grant {
        var user: User
        var issued: Date
        var expires: Date
        var isRevoked = false
        /// The trust that it was made of.
        var trustID: String?
    }

    struct State {
        var life: Duration
        var window: Duration
        let clock: @Sendable () -> Date
        var mood = Mood.well
        var users: [String: User] = [:]
        var grants: [String: Grant] = [:]
        var trusts: [String: ScriptedTrust] = [:]
        var trustMood = TrustMood.well
        var clockError: Duration = .zero
        var delay: Duration = .zero
        var lastNumber = 0
        var authentications = 0
        var validations = 0

        private var now: Date { clock() + clockError / .seconds(1) }

        mutating func count(_ request: ScriptedRequest) {
            if request.method == .post { authentications += 1 } else { validations += 1 }
        }

        mutating func answer(_ request: ScriptedRequest) -> ScriptedResponse {
            let path = request.path.split(separator: "?").first ?? ""
            guard path.hasSuffix("/v3/auth/tokens") else { return versions(request) }
            count(request)
            switch request.method {
            case .post: return authenticate(request)
            case .get: return validate(request)
            default: return revoke(request)
            }
        }

        func grant(_ token: String, allowExpired: Bool) -> Grant? {
            guard let grant = grants[token], !grant.isRevoked else { return nil }
            return now < grant.expires + (allowExpired ? window / .seconds(1) : 0) ? grant : nil
        }

        mutating func issue(to name: String, life: Duration) -> String {
            lastNumber += 1
            let token = "gAAAAA-\(name)-\(lastNumber)"
            let user = users[name] ?? User(name, project: nil, roles: [])
            let issued = life < .zero ? now + life / .seconds(1) - 10 : now
            grants[token] = Grant(user: user, issued: issued, expires: now + life / .seconds(1))
            return token
        }

        // MARK: - The requests

        private func versions(_ request: ScriptedRequest) -> ScriptedResponse {
            // The host is deliberately not ours: a client that follows it sends its password astray.
            let document = #"""
                {"versions": {"values": [
                  {"id": "v2.0", "status": "deprecated", "links": [{"rel": "self", "href": "http://192.0.2.1/identity/v2.0/"}]},
                  {"id": "v3.14", "status": "stable", "links": [{"rel": "self", "href": "http://192.0.2.1/identity/v3/"}]}]}}
                """#
            return ScriptedResponse(300, [.contentType: "application/json"], text: document)
        }

        private mutating func authenticate(_ request: ScriptedRequest) -> ScriptedResponse {
            guard let user = userAuthenticating(request), { if case .refusing = mood { false } else { true } }() else {
                return error(401, "The request you have made requires authentication.")
            }
            guard let token = issue(to: user, scope(of: request)) else {
                return error(401, "The request you have made requires authentication.")
            }
            if case .expiryInThePast = mood, let grant = grants[token] {
                grants[token]?.expires = grant.issued - 60
            }
            var fields: HTTPFields = [.contentType: "application/json"]
            if case .withoutSubjectToken = mood {} else { fields[HTTPField.Name("X-Subject-Token")!] = token }
            return ScriptedResponse(201, fields, text: document(token))
        }

        /// The trust that a token is asked for by.
        private func scope(of request: ScriptedRequest) -> String? {
            let body = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
            let scope = (body?["auth"] as? [String: Any])?["scope"] as? [String: Any]
            return (scope?["OS-TRUST:trust"] as? [String: Any])?["id"] as? String
        }

        private mutating func issue(to user: User, _ trustID: String?) -> String? {
            guard let trustID else { return issue(to: user.name, life: life) }
            return issue(by: trustID, to: user, life: life)
        }

        private func userAuthenticating(_ request: ScriptedRequest) -> User? {
            let body = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
            let identity = (body?["auth"] as? [String: Any])?["identity"] as? [String: Any]
            if let credential = identity?["application_credential"] as? [String: Any] {
                let user = (credential["id"] as? String).flatMap { users[$0] }
                return user?.password == credential["secret"] as? String ? user : nil
            }
            let claimed = (identity?["password"] as? [String: Any])?["user"] as? [String: Any]
            let name = claimed?["name"] as? String ?? (claimed?["id"] as? String).map { String($0.dropLast(3)) }
            guard let user = name.flatMap({ users[$0] }), user.password == claimed?["password"] as? String else {
                return nil
            }
            return user
        }

        private func validate(_ request: ScriptedRequest) -> ScriptedResponse {
            let asking = request.headerFields[HTTPField.Name("X-Auth-Token")!] ?? ""
            let subject = request.headerFields[HTTPField.Name("X-Subject-Token")!] ?? ""
            guard let asker = grant(asking, allowExpired: false) else {
                return error(401, "The request you have made requires authentication.")
            }
            guard asker.user.roles.contains("admin") || asker.user.roles.contains("service") else {
                return error(403, "You are not authorized to perform the requested action: identity:validate_token.")
            }
            guard grant(subject, allowExpired: request.path.contains("allow_expired=1")) != nil else {
                return error(404, "Could not find token: \(subject).")
            }
            let withCatalog = !request.path.contains("nocatalog")
            return ScriptedResponse(
                200, [.contentType: "application/json"], text: document(subject, withCatalog: withCatalog))
        }

        private mutating func revoke(_ request: ScriptedRequest) -> ScriptedResponse {
            let subject = request.headerFields[HTTPField.Name("X-Subject-Token")!] ?? ""
            guard grant(subject, allowExpired: false) != nil else { return error(404, "Could not find token.") }
            grants[subject]?.isRevoked = true
            return ScriptedResponse(204)
        }

        func error(_ status: Int, _ message: String) -> ScriptedResponse {
            ScriptedResponse(
                status, [.contentType: "application/json"],
                text: #"{"error": {"code": \#(status), "message": "\#(message)", "title": "Unauthorized"}}"#)
        }

        private func document(_ token: String, withCatalog: Bool = true) -> String {
            guard let grant = grants[token] else { return "{}" }
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
            let user = grant.user
            let domain = #""domain": {"id": "default", "name": "Default"}"#
            let roles = user.roles.map { #"{"id": "\#($0)-id", "name": "\#($0)"}"# }.joined(separator: ", ")
            var fields = [
                #""methods": ["password"]"#, #""audit_ids": ["\#(token.suffix(8))"]"#,
                #""user": {"id": "\#(user.name)-id", "name": "\#(user.name)", \#(domain), "password_expires_at": null}"#,
                #""issued_at": "\#(grant.issued.formatted(style))""#,
            ]
            if case .withoutExpiry = mood {
            } else {
                fields.append(#""expires_at": "\#(grant.expires.formatted(style))""#)
            }
            if let project = user.project {
                fields.append(#""project": {"id": "\#(project)-id", "name": "\#(project)", \#(domain)}"#)
                fields.append(#""roles": [\#(roles)]"#)
                if withCatalog { fields.append(#""catalog": \#(user.catalog ?? "[]")"#) }
            }
            if let credential = user.applicationCredential {
                fields.append(#""application_credential": \#(credential)"#)
            }
            return #"{"token": {\#(fields.joined(separator: ", "))}}"#
        }
    }
}
