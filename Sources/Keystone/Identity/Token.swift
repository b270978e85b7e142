package import FoundationEssentials
package import Telemetry

/// A Keystone token and what Keystone says it stands for.
///
/// Made from the answer to an authentication or to a validation. Only the user's id is certain to be there; everything
/// else is as Keystone sent it, and absent where it sent nothing usable.
package struct Token: Sendable {
    package var value: Secret<String>
    package var issuedAt: Date?
    package var expiresAt: Date?
    package var user: Principal
    package var project: Principal?
    /// Set for a token that is scoped to a domain rather than to a project.
    package var domain: DomainReference?
    package var isAdminProject = true
    package var roles: [Role] = []
    package var catalog: ServiceCatalog?
    package var methods: [String] = []
    package var trust: Trust?
    package var applicationCredential: ApplicationCredential?

    package init(value: Secret<String>, user: Principal) {
        self.value = value
        self.user = user
    }

    /// How long Keystone gave it, which does not depend on whose clock is right. Nil where the answer does not say, or
    /// says nonsense.
    package var lifetime: Duration? {
        guard let issuedAt, let expiresAt, expiresAt > issuedAt else { return nil }
        return .seconds(expiresAt.timeIntervalSince(issuedAt))
    }

    package var roleNames: [String] { roles.map(\.name) }

    /// A user or a project, with the domain it lives in.
    package struct Principal: Sendable, Codable, Equatable {
        package var id: String
        package var name: String?
        package var domain: DomainReference?

        package init(id: String, name: String? = nil, domain: DomainReference? = nil) {
            self.id = id
            self.name = name
            self.domain = domain
        }
    }

    package struct DomainReference: Sendable, Codable, Equatable {
        package var id: String?
        package var name: String?

        package init(id: String? = nil, name: String? = nil) {
            self.id = id
            self.name = name
        }
    }

    package struct Role: Sendable, Codable, Equatable {
        package var id: String?
        package var name: String

        package init(id: String? = nil, name: String) {
            self.id = id
            self.name = name
        }
    }

    /// The trust that a token was made from: such a token acts as its trustor and can make no further trust.
    package struct Trust: Sendable, Codable, Equatable {
        package var id: String
        package var impersonation: Bool?
    }

    /// The application credential that a token was made from: such a token can make no trust.
    package struct ApplicationCredential: Sendable, Decodable, Equatable {
        package var id: String
        package var name: String?
        package var restricted: Bool?
        /// Good for some requests to some services only, and for no other.
        package var hasAccessRules: Bool

        private enum CodingKeys: String, CodingKey {
            case id, name, restricted
            case accessRules = "access_rules"
        }

        package init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            id = try fields.decode(String.self, forKey: .id)
            name = fields.lenient(String.self, .name)
            restricted = fields.lenient(Bool.self, .restricted)
            // No rules at all is another thing than an empty list of them, which allows nothing.
            hasAccessRules = fields.contains(.accessRules) && (try? fields.decodeNil(forKey: .accessRules)) != true
        }
    }
}
