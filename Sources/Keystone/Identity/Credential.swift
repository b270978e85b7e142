package import HTTPTransport
package import Telemetry

/// What is needed to get a token of one's own: whom to ask, who one is, and for what the token is to be good.
package struct Credential: Sendable {
    package enum Method: Sendable {
        case password(user: Principal, password: Secret<String>)
        /// An application credential knows its own project: it takes no scope.
        case applicationCredential(ApplicationCredential, secret: Secret<String>)
    }

    /// A user or a project.
    package enum Principal: Sendable, Equatable {
        case id(String)
        case name(String, domain: Domain)
    }

    package enum ApplicationCredential: Sendable, Equatable {
        case id(String)
        case name(String, user: Principal)
    }

    package enum Domain: Sendable, Equatable {
        case id(String)
        case name(String)
    }

    package enum Scope: Sendable, Equatable {
        case project(Principal)
        case domain(Domain)
        case system
        /// Keystone refuses a request that names a trust beside another scope.
        case trust(id: String)
        /// Keystone takes the user's default project, if there is one; else the token has no roles and no catalogue.
        case unscoped
    }

    /// With or without a version; see `IdentityClient`.
    package var authURL: String
    package var method: Method
    package var scope: Scope
    package var trust: TLSTrust

    package init(authURL: String, method: Method, scope: Scope, trust: TLSTrust = .system) {
        self.authURL = authURL
        self.method = method
        self.scope = scope
        self.trust = trust
    }
}

extension Credential {
    /// What must not show up in any text.
    var secrets: [Secret<String>] {
        switch method {
        case .password(_, let password): [password]
        case .applicationCredential(_, let secret): [secret]
        }
    }
}
