import API
import Engine
import FoundationEssentials
import Glibc
import Keystone
import OpenStack
import OsloConfig
import Protection
import Store

/// All that the daemon is configured by, read once: whatever is wrong comes out before anything is started.
struct DaemonSettings: Sendable {
    let host: String
    let statePath: String
    let store: StoreLocation
    let credential: ServiceCredentialChoice
    let validation: TokenValidator.Settings
    let blockStorage: ServiceSettings
    let engine: EngineSettings
    let api: APIConfiguration
    /// Nil where nobody wants them.
    let metrics: MetricsConfiguration?
    let providerDirectory: String?
    let pollInterval: Duration
    let maxRequestsPerEndpoint: Int
    let requestTimeout: Duration
    let retention: Retention
    let gracefulShutdownTimeout: Duration
    /// Zero for no sign of life at all.
    let reportInterval: Duration

    init(_ configuration: Configuration) throws {
        guard try configuration.get(APIOptions.authStrategy) != .noauth else {
            throw SettingsError(
                "\(configuration.origin(of: APIOptions.authStrategy)): [DEFAULT] auth_strategy: noauth is not supported: "
                    + "whoever can reach the API could act as anybody")
        }
        host = try configuration.get(DefaultOptions.host) ?? Self.hostName()
        statePath = try configuration.get(DefaultOptions.statePath)
        guard statePath.hasPrefix("/") else {
            throw SettingsError(
                "\(configuration.origin(of: DefaultOptions.statePath)): [DEFAULT] state_path: expected an absolute path"
            )
        }
        store = StoreLocation(
            connection: try configuration.get(DatabaseOptions.connection).reveal(), statePath: statePath)
        credential = try ServiceCredentialChoice(from: CredentialSettings.all(in: configuration))
        // It is not quoted: a password may stand in it.
        guard BaseURL(credential.credential.authURL) != nil else {
            throw SettingsError("[\(credential.group)] auth_url: expected an http or https URL")
        }
        blockStorage = try ServiceSettings(.cinder, version: "v3", in: configuration)
        engine = EngineSettings(
            maxConcurrentOperations: try configuration.get(DefaultOptions.maxConcurrentOperations),
            maxConcurrentOperationsPerProject: try configuration.get(
                ProtectionOptions.maxConcurrentOperationsPerProject),
            maxTasksPerOperation: try configuration.get(ProtectionOptions.maxTasksPerOperation),
            allowExpiredWindow: try configuration.get(ProtectionOptions.allowExpiredWindow) / .seconds(1),
            cleanupReserve: try configuration.get(ProtectionOptions.cleanupReserve) / .seconds(1),
            maxOperationDuration: try configuration.get(ProtectionOptions.maxOperationDuration) / .seconds(1),
            trusts: try Self.trusts(configuration, credential), host: host)
        validation = try Self.validation(configuration)
        api = try Self.api(configuration)
        metrics = try Self.metrics(configuration)
        pollInterval = try configuration.get(ProtectionOptions.pollInterval)
        maxRequestsPerEndpoint = try configuration.get(ProtectionOptions.maxRequestsPerEndpoint)
        requestTimeout = try configuration.get(ProtectionOptions.requestTimeout)
        retention = try Self.retention(configuration)
        gracefulShutdownTimeout = try configuration.get(DefaultOptions.gracefulShutdownTimeout)
        reportInterval = try configuration.get(DefaultOptions.reportInterval)
        providerDirectory = ProviderFiles.directory(try configuration.get(DefaultOptions.providerConfigDirectory))
    }

    private static func retention(_ configuration: Configuration) throws -> Retention {
        let maxAge = try configuration.get(ProtectionOptions.endedOperationsMaxAge)
        let maxCount = try configuration.get(ProtectionOptions.endedOperationsMaxCount)
        return Retention(
            maxAge: maxAge == .zero ? nil : maxAge / .seconds(1), maxCount: maxCount == 0 ? nil : maxCount)
    }

    /// An application credential is for one project, and takes no trust.
    private static func trusts(
        _ configuration: Configuration, _ credential: ServiceCredentialChoice
    ) throws -> TrustPolicy {
        let policy = try configuration.get(ProtectionOptions.trusts)
        guard policy != .off, case .applicationCredential = credential.credential.method else { return policy }
        // Told by `StartWarnings`.
        guard policy == .on else { return .off }
        throw SettingsError(
            "\(configuration.origin(of: ProtectionOptions.trusts)): [protection] trusts: on needs a password in "
                + "[\(credential.group)]: an application credential cannot act by a trust")
    }

    private static func validation(_ configuration: Configuration) throws -> TokenValidator.Settings {
        var settings = TokenValidator.Settings()
        settings.serviceTokenRoles = try configuration.get(KeystoneAuthTokenOptions.serviceTokenRoles)
        settings.serviceTokenRolesRequired = try configuration.get(KeystoneAuthTokenOptions.serviceTokenRolesRequired)
        settings.cacheTime = .seconds(try configuration.get(KeystoneAuthTokenOptions.tokenCacheTime))
        settings.allowExpiredWindow = try configuration.get(ProtectionOptions.allowExpiredWindow)
        return settings
    }

    private static func api(_ configuration: Configuration) throws -> APIConfiguration {
        var api = APIConfiguration()
        api.host = try configuration.get(APIOptions.listen)
        api.port = try configuration.get(APIOptions.port)
        api.maxLimit = try configuration.get(APIOptions.maxLimit)
        api.baseURL = try configuration.get(APIOptions.baseURL)
        guard api.baseURL.map({ $0.isEmpty || BaseURL($0) != nil }) ?? true else {
            throw SettingsError(
                "\(configuration.origin(of: APIOptions.baseURL)): [DEFAULT] osapi_karbor_base_URL: expected an http or "
                    + "https URL")
        }
        api.wwwAuthenticateURI = try configuration.get(KeystoneAuthTokenOptions.wwwAuthenticateURI)
        api.usesForwardedFor = try configuration.get(APIOptions.usesForwardedFor)
        api.serviceDownTime = try configuration.get(APIOptions.serviceDownTime)
        api.quotaPlans = try configuration.get(QuotaOptions.plans)
        api.quotaCheckpoints = try configuration.get(QuotaOptions.checkpoints)
        api.filters.plans = try configuration.get(FilterOptions.plans)
        api.filters.restores = try configuration.get(FilterOptions.restores)
        api.filters.verifications = try configuration.get(FilterOptions.verifications)
        api.filters.providers = try configuration.get(FilterOptions.providers)
        api.filters.checkpoints = try configuration.get(FilterOptions.checkpoints)
        api.filters.operationLogs = try configuration.get(FilterOptions.operationLogs)
        return api
    }

    private static func metrics(_ configuration: Configuration) throws -> MetricsConfiguration? {
        guard let port = try configuration.get(MetricsOptions.port) else { return nil }
        return MetricsConfiguration(host: try configuration.get(MetricsOptions.listen), port: port)
    }

    private static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "localhost" }
    }
}
