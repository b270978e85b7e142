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
    /// Only where the operator has set them: a catalogue has its own idea of what comes first.
    package var regionID: String?
    package var regionName: String?
    /// The version that an endpoint's path must name: one that names another is passed over, one that names none gets
    /// it, followed by the project's id.
    package var version: String?

    package init(
        name: String, endpoint: String? = nil, appendsProject: Bool = false, catalogInfo: CatalogInfo? = nil,
        serviceType: String, serviceName: String, interface: EndpointInterface = .internal, regionID: String? = nil,
        regionName: String? = nil, version: String? = nil
    ) {
        self.name = name
        self.endpoint = endpoint
        self.appendsProject = appendsProject
        self.catalogInfo = catalogInfo
        self.serviceType = serviceType
        self.serviceName = serviceName
        self.interface = interface
        self.regionID = regionID
        self.regionName = regionName
        self.version = version
    }
}

/// `type:name:interfaceURL`, as in `volumev3:cinderv3:publicURL`.
package struct CatalogInfo: Sendable, Hashable {
    package var type: String
    package var name: String
    package var interface: EndpointInterface

    package init(type: String, name: String, interface: EndpointInterface) {
        self.type = type
        self.name = name
        self.interface = interface
    }

    /// Nil unless it has three parts and a type.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, !parts[0].isEmpty, let interface = EndpointInterface(parts[2]) else { return nil }
        self.init(type: parts[0], name: parts[1], interface: interface)
    }
}

package enum EndpointInterface: String, Sendable, Hashable, CaseIterable {
    case `public`, `internal`, admin

    /// `public` and `publicURL` are the same.
    package init?(_ text: String) {
        let name = text.hasSuffix("URL") ? String(text.dropLast(3)) : text
        self.init(rawValue: name)
    }
}
