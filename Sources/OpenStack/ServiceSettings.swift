package import HTTPTransport
package import Keystone

/// How one service is found and trusted: the options of its `[X_client]` group.
package struct ServiceSettings: Sendable {
    package var endpoint: EndpointSettings
    package var trust: TLSTrust

    package init(endpoint: EndpointSettings, trust: TLSTrust = .system) {
        self.endpoint = endpoint
        self.trust = trust
    }

    /// What Karbor's `[cinder_client]` has by default.
    package static var blockStorage: ServiceSettings {
        ServiceSettings(
            endpoint: EndpointSettings(
                name: "cinder", appendsProject: true,
                catalogInfo: CatalogInfo(type: "volumev3", name: "cinderv3", interface: .public),
                serviceType: "volumev3",
                serviceName: "cinderv3", version: "v3"))
    }
}
