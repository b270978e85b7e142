/// Where an operator says that a service is to be found: the options of one `[X_client]` group.
package struct EndpointSettings: Sendable, Hashable {
    /// `cinder`: the options are named after it.
    package var name: String
    /// `X_endpoint`, which may hold `%(project_id)s` and `%(user_id)s`.
    package var endpoint: String?
    /// An `X_endpoint` without a placeholder gets `/<project id>` at its end.
    package var appendsProject: Bool
    /// `X_catalog_info`: what to look for in the user's catalogue.
    package var catalogInfo: CatalogInfo?
    /// For a search of Keystone itself, where the user's catalogue does not tell.
    package var serviceType: String
    package var serviceName: String
    package var interface: EndpointInterface
    /// `region_id`, only where the operator has set it: a catalogue has its own idea of what comes first.
    package var region: String?
    /// The version that an endpoint's path must name: one that names another is passed over, one that names none gets
    /// it, followed by the project's id.
    package var version: String?

    package init(
        name: String, endpoint: String? = nil, appendsProject: Bool = false, catalogInfo: CatalogInfo? = nil,
        serviceType: String, serviceName: String, interface: EndpointInterface = .internal, region: String? = nil,
        version: String? = nil
    ) {
        self.name = name
        self.endpoint = endpoint
        self.appendsProject = appendsProject
        self.catalogInfo = catalogInfo
        self.serviceType = serviceType
        self.serviceName = serviceName
        self.interface = interface
        self.region = region
        self.version = version
    }
}
