import HTTPTransport
import Keystone
import OpenStack
import OsloConfig

extension ServiceSettings {
    /// One `[X_client]` group.
    init(
        _ options: ClientOptions, version: String?, in configuration: Configuration
    ) throws {
        let trust: TLSTrust =
            if try configuration.get(options.authInsecure) {
                .insecure
            } else if let file = try configuration.get(options.caCertFile), !file.isEmpty {
                .file(file)
            } else {
                .system
            }
        let endpoint = try configuration.get(options.endpoint)
        // Where no region is set, the catalogue's own order decides.
        let region = configuration.isSet(options.regionID) ? try configuration.get(options.regionID) : nil
        self.init(
            endpoint: EndpointSettings(
                name: options.client, endpoint: endpoint.flatMap { $0.isEmpty ? nil : $0 },
                appendsProject: options.appendsProject,
                catalogInfo: CatalogInfo(try configuration.get(options.catalogInfo)),
                serviceType: try configuration.get(options.serviceType),
                serviceName: try configuration.get(options.serviceName),
                interface: EndpointInterface(try configuration.get(options.interface)) ?? .internal,
                region: region, version: version),
            trust: trust)
        guard self.endpoint.hasUsableEndpoint else {
            let option = options.endpoint
            throw SettingsError(
                "\(configuration.origin(of: option)): [\(option.declaration.group)] \(option.declaration.name): expected an "
                    + "http or https URL, with no placeholder but %(project_id)s and %(user_id)s")
        }
    }
}
