import FoundationEssentials
package import Telemetry

/// Writing a context down with its token. Only for sealing at rest: the bytes are as secret as the token.
extension RequestContext {
    /// A record of a context that this version cannot read.
    package struct UnreadableRecord: Error {}

    package func encodedWithSecrets() throws -> Secret<[UInt8]> {
        Secret([UInt8](try JSONEncoder().encode(Record(self))))
    }

    package init(encodedWithSecrets bytes: Secret<[UInt8]>) throws(UnreadableRecord) {
        guard let record = try? JSONDecoder().decode(Record.self, from: Data(bytes.reveal())),
            record.version == Record.currentVersion
        else { throw UnreadableRecord() }
        self.init(record)
    }

    /// The stored form. A change of it that older daemons could not read raises the version.
    private struct Record: Codable {
        static let currentVersion = 1

        var version = Record.currentVersion
        var requestID: String
        var globalRequestID: String?
        var userID: String
        var userName: String?
        var projectID: String?
        var projectName: String?
        var domainID: String?
        var roles: [String]
        /// Not in the records of the first version.
        var roleIDs: [String]?
        var isAdmin: Bool
        var isAdminProject: Bool
        var token: String
        var tokenIssuedAt: Double?
        var tokenExpiresAt: Double?
        var catalog: ServiceCatalog?
        var remoteAddress: String?
        var isApplicationCredential: Bool
        var isTrust: Bool

        enum CodingKeys: String, CodingKey {
            case version, roles, token, catalog
            case requestID = "request_id"
            case globalRequestID = "global_request_id"
            case userID = "user_id"
            case userName = "user_name"
            case projectID = "project_id"
            case projectName = "project_name"
            case domainID = "domain_id"
            case roleIDs = "role_ids"
            case isAdmin = "is_admin"
            case isAdminProject = "is_admin_project"
            case tokenIssuedAt = "token_issued_at"
            case tokenExpiresAt = "token_expires_at"
            case remoteAddress = "remote_address"
            case isApplicationCredential = "is_application_credential"
            case isTrust = "is_trust"
        }

        init(_ context: RequestContext) {
            requestID = context.requestID
            globalRequestID = context.globalRequestID
            userID = context.userID
            userName = context.userName
            projectID = context.projectID
            projectName = context.projectName
            domainID = context.domainID
            roles = context.roles
            roleIDs = context.roleIDs
            isAdmin = context.isAdmin
            isAdminProject = context.isAdminProject
            token = context.token.reveal()
            tokenIssuedAt = context.tokenIssuedAt?.timeIntervalSince1970
            tokenExpiresAt = context.tokenExpiresAt?.timeIntervalSince1970
            catalog = context.catalog
            remoteAddress = context.remoteAddress
            isApplicationCredential = context.isApplicationCredential
            isTrust = context.isTrust
        }
    }

    private init(_ record: Record) {
        requestID = record.requestID
        globalRequestID = record.globalRequestID
        userID = record.userID
        userName = record.userName
        projectID = record.projectID
        projectName = record.projectName
        domainID = record.domainID
        roles = record.roles
        roleIDs = record.roleIDs ?? []
        isAdmin = record.isAdmin
        isAdminProject = record.isAdminProject
        token = Secret(record.token)
        tokenIssuedAt = record.tokenIssuedAt.map { Date(timeIntervalSince1970: $0) }
        tokenExpiresAt = record.tokenExpiresAt.map { Date(timeIntervalSince1970: $0) }
        catalog = record.catalog
        remoteAddress = record.remoteAddress
        isApplicationCredential = record.isApplicationCredential
        isTrust = record.isTrust
    }
}
