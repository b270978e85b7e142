import OsloConfig
import TestSupport

@testable import KarborProtection

/// A folder with a karbor.conf and whatever else a test puts there.
struct ConfigurationFolder {
    let folder = TemporaryFolder()

    /// karbor.conf as the commands read it.
    func read(_ text: String) throws -> Configuration {
        let path = try folder.write(text, to: "karbor.conf")
        return try ConfigurationArguments.parse(["--config-file", path]).load()
    }

    /// A credential of which nothing is missing.
    static let credential = """
        [service_user]
        auth_url = https://keystone.example:5000/v3
        username = karbor
        password = secret
        user_domain_id = default
        project_name = service
        project_domain_id = default

        """
}
