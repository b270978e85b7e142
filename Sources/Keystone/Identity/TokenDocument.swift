import FoundationEssentials
import Telemetry

/// The `{"token": {…}}` body of Keystone's v3 API.
///
/// Unknown fields are ignored, a field of an unexpected type counts as absent, entries of a list that make no sense are
/// left out: a cloud with an odd catalogue must not lock everybody out. Without a user's id it is no token.
struct TokenDocument: Decodable {
    var token: Token

    /// Decodes the body of an answer about the token `value`.
    static func decode(_ body: [UInt8], value: Secret<String>) -> Token? {
        guard var token = try? JSONDecoder().decode(TokenDocument.self, from: Data(body)).token else { return nil }
        token.value = value
        return token
    }

    private enum OuterKeys: String, CodingKey {
        case token
    }

    private enum Keys: String, CodingKey {
        case user, project, domain, roles, catalog, methods
        case issuedAt = "issued_at"
        case expiresAt = "expires_at"
        case isAdminProject = "is_admin_project"
        case trust = "OS-TRUST:trust"
        case applicationCredential = "application_credential"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: OuterKeys.self)
            .nestedContainer(keyedBy: Keys.self, forKey: .token)
        token = Token(value: Secret(""), user: try fields.decode(Token.Principal.self, forKey: .user))
        token.issuedAt = fields.lenient(String.self, .issuedAt).flatMap(Self.date)
        token.expiresAt = fields.lenient(String.self, .expiresAt).flatMap(Self.date)
        token.project = fields.lenient(Token.Principal.self, .project)
        token.domain = fields.lenient(Token.DomainReference.self, .domain)
        token.isAdminProject = fields.lenient(Bool.self, .isAdminProject) ?? true
        token.roles = fields.lenient(LenientArray<Token.Role>.self, .roles)?.elements ?? []
        token.catalog = fields.lenient(ServiceCatalog.self, .catalog)
        token.methods = fields.lenient(LenientArray<String>.self, .methods)?.elements ?? []
        token.trust = fields.lenient(Token.Trust.self, .trust)
        token.applicationCredential = fields.lenient(Token.ApplicationCredential.self, .applicationCredential)
    }

    /// Keystone writes microseconds and `Z`.
    private static func date(_ text: String) -> Date? {
        try? Date(text, strategy: .iso8601)
    }
}
