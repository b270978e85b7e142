import FoundationEssentials
import Telemetry

/// The body of `POST /v3/auth/tokens`.
struct AuthenticationRequest: Encodable {
    private let auth: Auth

    init(_ credential: Credential) {
        switch credential.method {
        case .password(let user, let password):
            auth = Auth(
                identity: Identity(methods: ["password"], password: .init(user: User(user, password: password))),
                scope: Scope(credential.scope))
        case .applicationCredential(let name, let secret):
            auth = Auth(
                identity: Identity(
                    methods: ["application_credential"],
                    applicationCredential: ApplicationCredential(name, secret: secret)),
                scope: nil)
        }
    }

    /// The body itself, which holds the password in clear text: it goes into the request and nowhere else.
    func body() throws -> [UInt8] {
        [UInt8](try JSONEncoder().encode(self))
    }

    private struct Auth: Encodable {
        var identity: Identity
        var scope: Scope?
    }

    private struct Identity: Encodable {
        var methods: [String]
        var password: Password?
        var applicationCredential: ApplicationCredential?

        enum CodingKeys: String, CodingKey {
            case methods, password
            case applicationCredential = "application_credential"
        }

        struct Password: Encodable {
            var user: User
        }
    }

    private struct User: Encodable {
        var id: String?
        var name: String?
        var domain: Domain?
        var password: String?

        init(_ user: Credential.Principal, password: Secret<String>? = nil) {
            switch user {
            case .id(let id): self.id = id
            case .name(let name, let domain): (self.name, self.domain) = (name, Domain(domain))
            }
            self.password = password?.reveal()
        }
    }

    private struct Domain: Encodable {
        var id: String?
        var name: String?

        init(_ domain: Credential.Domain) {
            switch domain {
            case .id(let id): self.id = id
            case .name(let name): self.name = name
            }
        }
    }

    private struct ApplicationCredential: Encodable {
        var id: String?
        var name: String?
        var user: User?
        var secret: String

        init(_ credential: Credential.ApplicationCredential, secret: Secret<String>) {
            switch credential {
            case .id(let id): self.id = id
            case .name(let name, let user): (self.name, self.user) = (name, User(user))
            }
            self.secret = secret.reveal()
        }
    }

    private struct Scope: Encodable {
        var project: Project?
        var domain: Domain?
        var system: System?
        var trust: Trust?

        enum CodingKeys: String, CodingKey {
            case project, domain, system
            case trust = "OS-TRUST:trust"
        }

        struct Project: Encodable {
            var id: String?
            var name: String?
            var domain: Domain?
        }

        struct System: Encodable {
            var all = true
        }

        struct Trust: Encodable {
            var id: String
        }

        init?(_ scope: Credential.Scope) {
            switch scope {
            case .project(.id(let id)): project = Project(id: id)
            case .project(.name(let name, let domain)): project = Project(name: name, domain: Domain(domain))
            case .domain(let domain): self.domain = Domain(domain)
            case .system: system = System()
            case .trust(let id): trust = Trust(id: id)
            case .unscoped: return nil
            }
        }
    }
}
