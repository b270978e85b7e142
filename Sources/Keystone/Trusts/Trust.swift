package import FoundationEssentials

/// One user's leave to another to act for them in one project, until a date.
///
/// Keystone keeps the date in whole seconds, and no two trusts of the same users and project with the same date.
package struct Trust: Sendable, Equatable, Decodable {
    package var id: String
    package var trustorID: String
    package var trusteeID: String
    package var projectID: String?
    package var expiresAt: Date?

    private enum CodingKeys: String, CodingKey {
        case id
        case trustorID = "trustor_user_id"
        case trusteeID = "trustee_user_id"
        case projectID = "project_id"
        case expiresAt = "expires_at"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(String.self, forKey: .id)
        trustorID = try fields.decode(String.self, forKey: .trustorID)
        trusteeID = try fields.decode(String.self, forKey: .trusteeID)
        projectID = fields.lenient(String.self, .projectID)
        expiresAt = fields.lenient(String.self, .expiresAt).flatMap { try? Date($0, strategy: .iso8601) }
    }
}
