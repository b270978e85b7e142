package import Foundation
import HTTPTypes
import Synchronization

/// A Keystone on 127.0.0.1 that issues, validates and revokes tokens, and is as ill as a test wants it to be.
///
/// There is one domain, `default`. Every user has at most one project. Token lives are exact, not whole seconds, and its
/// clock can be wrong.
package final class ScriptedKeystone: Sendable {
    package enum Mood: Sendable {
        case well
        /// 401 to whoever authenticates.
        case refusing
        case status(Int)
        /// The same without a word, as a balancer in front of it says it.
        case bare(Int)
        case html
        case truncated
        case withoutSubjectToken
        case expiryInThePast
        case withoutExpiry
        /// Closes every connection without an answer.
        case hangingUp
        /// Takes the request and says nothing for so long.
        case silent(Duration)
    }

    package struct User: Sendable {
        package var name: String
        package var password: String
        /// Its name; the id is `<name>-id`, as with users and roles.
        package var project: String?
        package var roles: [String]
        /// A catalogue as JSON.
        package var catalog: String?
        /// What the token says of an application credential, as JSON.
        package var applicationCredential: String?

        package init(
            _ name: String, password: String = "secret", project: String?, roles: [String], catalog: String? = nil,
            applicationCredential: String? = nil
        ) {
            self.name = name
            self.password = password
            self.project = project
            self.roles = roles
            self.catalog = catalog
            self.applicationCredential = applicationCredential
        }
    }

    let desk: Desk
    private let server: ScriptedServer

    /// - Parameter clock: the right time, from which `set(clockError:)` leads it astray.
    package init(
        life: Duration = .seconds(3600), window: Duration = .seconds(172_800),
        clock: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        let desk = Desk(life: life, window: window, clock: clock)
        self.desk = desk
        server = try ScriptedServer { connection in
            while let request = try connection.readRequest() {
                guard try desk.serve(request, connection) else { return }
            }
        }
    }

    package var authority: String { server.authority }
    package var authURL: String { "http://\(authority)/v3" }
    package var requests: [ScriptedRequest] { server.requests }

    package func stop() { server.stop() }

    // MARK: - What it is to do

    package func add(_ user: User) { desk.add(user) }
    package func set(_ mood: Mood) { desk.state.withLock { $0.mood = mood } }
    /// How long it takes for every answer.
    package func set(delay: Duration) { desk.state.withLock { $0.delay = delay } }
    package func set(life: Duration) { desk.state.withLock { $0.life = life } }
    package func set(clockError: Duration) { desk.state.withLock { $0.clockError = clockError } }

    /// Issues a token as if the user had asked for one. One with a negative life has expired that long ago.
    package func issue(to user: String, life: Duration) -> String { desk.issue(to: user, life: life) }

    package func revoke(_ token: String) { desk.state.withLock { $0.grants[token]?.isRevoked = true } }

    /// Revokes all tokens that the user has now.
    package func revokeAll(of user: String) {
        desk.state.withLock { state in
            for (token, grant) in state.grants where grant.user.name == user { state.grants[token]?.isRevoked = true }
        }
    }

    // MARK: - What it has seen

    /// How often somebody asked for a token, with or without success.
    package var authentications: Int { desk.state.withLock { $0.authentications } }
    /// How often somebody asked about a token.
    package var validations: Int { desk.state.withLock { $0.validations } }

    /// Whether a service that asks about it would be told that it is good.
    package func accepts(_ token: String, allowExpired: Bool = false) -> Bool {
        desk.accepts(token, allowExpired: allowExpired)
    }

    /// The roles of a token that is good.
    package func roles(of token: String) -> [String] { desk.roles(of: token) }
}
