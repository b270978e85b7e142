import Testing

@testable import Keystone

@Suite struct EndpointSelectorTests {
    func settings(_ change: (inout EndpointSettings) -> Void = { _ in }) -> EndpointSettings {
        var settings = EndpointSettings(
            name: "cinder", appendsProject: true,
            catalogInfo: CatalogInfo(type: "volumev3", name: "cinderv3", interface: .public), serviceType: "volumev3",
            serviceName: "cinderv3", version: "v3")
        change(&settings)
        return settings
    }

    func selector(_ change: (inout EndpointSettings) -> Void = { _ in }, project: String? = "p1") -> EndpointSelector {
        EndpointSelector(settings: settings(change), projectID: project, userID: "u1")
    }

    func entry(
        _ type: String, _ name: String? = nil, _ url: String, interface: String = "public", region: String = "RegionOne"
    ) -> ServiceCatalog.Entry {
        .init(
            type: type, name: name, endpoints: [.init(interface: interface, url: url, region: region, regionID: region)]
        )
    }

    // MARK: - The endpoint that is set

    @Test func `an endpoint that is set comes first, with the project's id at its end`() throws {
        let url = try #require(try selector { $0.endpoint = "http://h:8776/v3/" }.override())
        #expect("\(url)" == "http://h:8776/v3/p1")
    }

    @Test(arguments: ["%(project_id)s", "$(project_id)s", "%(tenant_id)s"])
    func `placeholders are replaced, and then nothing is added`(placeholder: String) throws {
        let url = try selector { $0.endpoint = "http://h/%(user_id)s/\(placeholder)" }.override()
        #expect(url.map { "\($0)" } == "http://h/u1/p1")
    }

    @Test func `a service that does not want the project's id does not get it`() throws {
        let url = try selector {
            $0.endpoint = "http://h:9292"
            $0.appendsProject = false
        }.override()
        #expect(url.map { "\($0)" } == "http://h:9292")
    }

    @Test(arguments: ["http://h/%(domain_id)s", "h:8776", "http://h/%(project_id)s"])
    func `an endpoint that makes no URL is an error that names the option`(endpoint: String) throws {
        let error = try #require(throws: ServiceError.self) {
            try selector({ $0.endpoint = endpoint }, project: nil).override()
        }
        #expect(error.code == .endpointNotFound && error.message.contains("[cinder_client] cinder_endpoint"))
    }

    // MARK: - The catalogue

    @Test func `the entry with the name is preferred, another of the type will do`() throws {
        let both = ServiceCatalog([
            entry("volumev3", "cinder", "http://other/v3/p1"), entry("volumev3", "cinderv3", "http://named/v3/p1"),
        ])
        #expect(selector().inCatalog(both)?.authority == "named")
        #expect(selector().inCatalog(ServiceCatalog([both.entries[0]]))?.authority == "other")
    }

    @Test func `an alias of the type will do where the type itself is missing`() throws {
        let catalog = ServiceCatalog([
            entry("volumev2", "cinderv2", "http://old/v2/p1"), entry("block-storage", "cinder", "http://alias/v3/p1"),
        ])
        #expect(selector().inCatalog(catalog)?.authority == "alias")
        let exact = ServiceCatalog(catalog.entries + [entry("volumev3", "x", "http://exact/v3/p1")])
        #expect(selector().inCatalog(exact)?.authority == "exact")
    }

    @Test func `an endpoint of another version is passed over, one without a version gets it`() {
        #expect(selector().inCatalog(ServiceCatalog([entry("volumev3", nil, "http://h/v2/p1")])) == nil)
        let bare = selector().inCatalog(ServiceCatalog([entry("block-storage", nil, "http://h/volume")]))
        #expect(bare.map { "\($0)" } == "http://h/volume/v3/p1")
        let kept = selector().inCatalog(ServiceCatalog([entry("block-storage", nil, "http://h/volume/v3")]))
        #expect(kept.map { "\($0)" } == "http://h/volume/v3")
    }

    @Test func `the interface counts, and so does the region where the operator has set one`() {
        let catalog = ServiceCatalog([
            .init(
                type: "volumev3", name: "cinderv3",
                endpoints: [
                    .init(interface: "internal", url: "http://internal/v3", region: "One", regionID: "One"),
                    .init(interface: "public", url: "", region: "One", regionID: "One"),
                    .init(interface: "public", url: "http://one/v3", region: "One", regionID: "One"),
                    .init(interface: "publicURL", url: "http://two/v3", region: "One", regionID: "Two"),
                    .init(interface: "public", url: "http://old/v3", region: "Old"),
                ])
        ])
        #expect(selector().inCatalog(catalog)?.authority == "one")
        for (region, found) in [("", "one"), ("One", "one"), ("Two", "two"), ("Old", "old"), ("Three", nil)] {
            #expect(selector { $0.region = region }.inCatalog(catalog)?.authority == found, "in \(region)")
        }
    }

    @Test func `what was looked for is in the error`() {
        let message = selector { $0.region = "Two" }.notFound.message
        for part in ["cinder_endpoint", "public endpoint of type volumev3 in region Two", "internal endpoint"] {
            #expect(message.contains(part))
        }
    }

    @Test func `catalog_info is read as operators write it`() {
        #expect(
            CatalogInfo("volumev3:cinderv3:publicURL") == .init(type: "volumev3", name: "cinderv3", interface: .public))
        #expect(CatalogInfo("image::internal")?.interface == .internal)
        for text in ["", "volumev3", "volumev3:cinderv3", ":x:public", "a:b:secretURL", "a:b:c:d"] {
            #expect(CatalogInfo(text) == nil)
        }
    }
}
