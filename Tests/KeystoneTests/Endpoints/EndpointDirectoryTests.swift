import Foundation
import HTTPTransport
import HTTPTypes
import Loop
import Telemetry
import TestSupport
import Testing

@testable import Keystone

/// The search in Keystone's own list, where the user's catalogue does not tell.
@Suite struct EndpointDirectoryTests {
    let settings = EndpointSettings(
        name: "cinder", catalogInfo: CatalogInfo(type: "volumev3", name: "cinderv3", interface: .public),
        serviceType: "volumev3", serviceName: "cinderv3", interface: .internal, version: "v3")

    func directory(_ rig: Rig, _ list: ScriptedService) throws -> EndpointDirectory {
        let session = Session(
            authentication: ServiceUserAuth(tokens: rig.tokens), transport: rig.transport, time: rig.loop,
            requestID: "req-1",
            retries: .never)
        let base = try #require(BaseURL(list.url + "/v3"))
        return EndpointDirectory(
            identity: ServiceAdapter(session: session, serviceType: "identity", endpoint: FixedEndpoint(base)),
            time: rig.loop)
    }

    func list(_ rig: Rig, slowly: Bool = false) throws -> ScriptedService {
        try ScriptedService(keystone: rig.keystone) { request in
            if slowly { usleep(400_000) }
            return answer(request)
        }
    }

    func answer(_ request: ScriptedRequest) -> ScriptedResponse {
        switch request.path {
        case "/v3/services?type=volumev3":
            ScriptedResponse(
                200, text: #"{"services": [{"id": "s1", "name": "cinder"}, {"id": "s2", "name": "cinderv3"}]}"#)
        case "/v3/endpoints?service_id=s2":
            ScriptedResponse(
                200,
                text: """
                    {"endpoints": [{"interface": "public", "url": "http://public/v3/$(project_id)s"},
                      {"interface": "internal", "url": "http://named:8776/v3/$(project_id)s"}]}
                    """)
        default:
            ScriptedResponse(
                200, text: #"{"services": [], "endpoints": [{"interface": "internal", "url": "http://other/v3"}]}"#)
        }
    }

    func auth(_ rig: Rig, catalog: ServiceCatalog?) async throws -> ServiceTokenAuth {
        var context = try await rig.context(life: .seconds(60))
        context.catalog = catalog
        return ServiceTokenAuth(
            context: context, tokens: rig.tokens, identity: rig.identity, window: .seconds(60), time: rig.loop)
    }

    @Test func `without a catalogue Keystone is asked with the daemon's own token, once for everybody`() async throws {
        try await withRig { rig in
            let list = try list(rig)
            let directory = try directory(rig, list)
            for _ in 0..<3 {
                let endpoint = ServiceEndpoint(settings, directory: directory)
                let url = try await endpoint.endpoint(for: try await auth(rig, catalog: nil), until: rig.deadline())
                #expect("\(url)" == "http://named:8776/v3/demo-id")
            }
            #expect(list.requests.count == 3, "the services, and the endpoints of two")
            #expect(list.requests.allSatisfy { $0.headerFields[.serviceToken] == nil })
        }
    }

    @Test func `what is disabled does not count`() async throws {
        try await withRig { rig in
            let list = try ScriptedService(keystone: rig.keystone) { request in
                switch request.path {
                case "/v3/services?type=volumev3":
                    ScriptedResponse(
                        200,
                        text: """
                            {"services": [{"id": "s1", "name": "cinderv3", "enabled": false},
                              {"id": "s2", "name": "cinder", "enabled": true}]}
                            """)
                case "/v3/endpoints?service_id=s2":
                    ScriptedResponse(
                        200,
                        text: """
                            {"endpoints": [{"interface": "internal", "url": "http://off/v3/p", "enabled": false},
                              {"interface": "internal", "url": "http://on/v3/p", "enabled": true}]}
                            """)
                default: answer(request)
                }
            }
            let found = try await directory(rig, list).endpoints(of: settings, until: rig.deadline())
            #expect(found.map(\.url) == ["http://on/v3/p"])
        }
    }

    @Test func `each request gets what is left of the time, not all of it`() async throws {
        try await withRig { rig in
            let list = try list(rig, slowly: true)
            let counting = CountingTransport(rig.transport)
            let session = Session(
                authentication: ServiceUserAuth(tokens: rig.tokens), transport: counting, time: rig.loop,
                requestID: "req-1", retries: .never)
            let base = try #require(BaseURL(list.url + "/v3"))
            let directory = EndpointDirectory(
                identity: ServiceAdapter(session: session, serviceType: "identity", endpoint: FixedEndpoint(base)),
                time: rig.loop)
            _ = try await directory.endpoints(of: settings, until: rig.deadline())
            let deadlines = counting.deadlines
            #expect(deadlines.count == 3)
            for deadline in deadlines { #expect(deadline - deadlines[0] < .milliseconds(200)) }
        }
    }

    @Test func `whoever asks first and is in a hurry does not spoil it for the others`() async throws {
        try await withRig { rig in
            let list = try list(rig, slowly: true)
            let directory = try directory(rig, list)
            let hurried = Task {
                try await directory.endpoints(of: settings, until: .now + .milliseconds(200))
            }
            try await eventually { !list.requests.isEmpty }
            let patient = try await directory.endpoints(of: settings, until: rig.deadline())
            #expect(!patient.isEmpty)
            #expect(try await serviceError { _ = try await hurried.value }.code == .timedOut)
            #expect(list.requests.count == 3)
        }
    }

    @Test func `with the service in the catalogue nobody is asked`() async throws {
        try await withRig { rig in
            let list = try list(rig)
            let catalog = ServiceCatalog([
                .init(type: "volumev3", endpoints: [.init(interface: "public", url: "http://mine/v3/demo-id")])
            ])
            let endpoint = ServiceEndpoint(settings, directory: try directory(rig, list))
            let url = try await endpoint.endpoint(for: try await auth(rig, catalog: catalog), until: rig.deadline())
            #expect(url.authority == "mine" && list.requests.isEmpty)
        }
    }

    @Test func `a Keystone that fails is a passing fault, and the search is made again`() async throws {
        try await withRig { rig in
            let list = try list(rig)
            let endpoint = ServiceEndpoint(settings, directory: try directory(rig, list))
            let caller = try await auth(rig, catalog: nil)
            list.set(refusesAll: true)
            let error = try await serviceError { _ = try await endpoint.endpoint(for: caller, until: rig.deadline()) }
            #expect(error.disposition == .transient)
            list.set(refusesAll: false)
            #expect(try await endpoint.endpoint(for: caller, until: rig.deadline()).authority == "named:8776")
        }
    }

    @Test func `what nobody knows is an error that says where it was looked for`() async throws {
        try await withRig { rig in
            let list = try ScriptedService(keystone: rig.keystone) { _ in
                ScriptedResponse(200, text: #"{"services": []}"#)
            }
            let endpoint = ServiceEndpoint(settings, directory: try directory(rig, list))
            let error = try await serviceError {
                _ = try await endpoint.endpoint(for: try await auth(rig, catalog: nil), until: rig.deadline())
            }
            #expect(error.code == .endpointNotFound && error.disposition == .permanent)
        }
    }
}
