import OsloConfig

/// Where one of the other services is and how it is talked to, in `[<client>_client]`.
///
/// An endpoint that is set wins; else the user's catalogue is asked by `catalog_info`.
struct ClientOptions: Sendable {
    /// The client's name, which begins the names of its own options: `cinder`.
    let client: String
    let endpoint: ConfigOption<String?>
    let catalogInfo: ConfigOption<String>
    let caCertFile: ConfigOption<String?>
    let authInsecure: ConfigOption<Bool>
    let serviceName: ConfigOption<String>
    let serviceType: ConfigOption<String>
    /// Filters only where a file sets it (`Configuration.isSet`): the default is upstream's, and few clouds are of one region.
    let regionID: ConfigOption<String>
    let interface: ConfigOption<String>

    /// Whether an endpoint without a placeholder gets the project's id at its end.
    let appendsProject: Bool

    private let version: AnyConfigOption
    private let common: [AnyConfigOption]

    static let cinder = ClientOptions(
        for: "cinder", type: "volumev3", name: "cinderv3", version: "3", appendsProject: true)
    static let glance = ClientOptions(
        for: "glance", type: "image", name: "glance", version: "2", appendsProject: false)
    static let manila = ClientOptions(
        for: "manila", type: "sharev2", name: "manilav2", version: "2", appendsProject: true)
    static let neutron = ClientOptions(
        for: "neutron", type: "network", name: "neutron", version: "2", appendsProject: false)
    static let nova = ClientOptions(
        for: "nova", type: "compute", name: "nova", version: "2", appendsProject: true)
    static let trove = ClientOptions(
        for: "trove", type: "database", name: "trove", version: "1", appendsProject: true)
    static let freezer = ClientOptions(
        for: "freezer", type: "backup", name: "freezer", version: "1", appendsProject: true)

    /// Those of services that nothing asks yet.
    static let idle = [glance, manila, neutron, nova, trove, freezer]

    init(for client: String, type: String, name: String, version: String, appendsProject: Bool) {
        let group = "\(client)_client"
        self.client = client
        self.appendsProject = appendsProject
        endpoint = .string(
            "\(client)_endpoint", in: group,
            help: "The service's address, in place of the catalogue's."
                + (appendsProject
                    ? " The project's id is put where %(project_id)s stands, else after a slash at the end." : ""))
        catalogInfo = .string(
            "\(client)_catalog_info", in: group, default: "\(type):\(name):publicURL",
            help: "What to look for in the catalogue, as <service type>:<service name>:<interface>.")
        caCertFile = .string(
            "\(client)_ca_cert_file", in: group,
            help: "File of the certificates by which the service's is verified. Unset: the system's.")
        authInsecure = .boolean(
            "\(client)_auth_insecure", in: group, default: false, help: "Do not verify the service's certificate.")
        serviceName = .string("service_name", in: group, default: name, help: "The service's name in the catalogue.")
        serviceType = .string("service_type", in: group, default: type, help: "The service's type in the catalogue.")
        regionID = .string(
            "region_id", in: group, default: "RegionOne",
            help: "The service's region. Endpoints of any region are taken unless this is set.")
        interface = .choice(
            "interface", in: group, ["public", "admin", "internal"], default: "internal",
            help: "The service's interface in the catalogue, where catalog_info does not name one.")
        self.version =
            ConfigOption.string("version", in: group, default: version, help: "Version of the client.")
            .withoutEffect.erased
        common = [
            ConfigOption<String?>.string("ca_cert_file", in: group, help: "Never used: see \(client)_ca_cert_file.")
                .withoutEffect.erased,
            ConfigOption.boolean(
                "auth_insecure", in: group, default: false, help: "Never used: see \(client)_auth_insecure."
            ).withoutEffect.erased,
        ]
    }

    var group: OptionGroup {
        OptionGroup(
            "\(client)_client", help: "",
            [
                endpoint.erased, catalogInfo.erased, caCertFile.erased, authInsecure.erased, serviceName.erased,
                serviceType.erased, regionID.erased, interface.erased, version,
            ] + common)
    }
}
