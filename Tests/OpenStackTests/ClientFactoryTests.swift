import HTTPTypes
import Keystone
import OpenStack
import TestSupport
import Testing

@Suite struct ClientFactoryTests {
    let oneVolume: CinderRig.Answer = { _, _, _ in
        ScriptedResponse(200, text: #"{"volume": {"id": "v1", "status": "available"}}"#)
    }

    @Test func `all clients of an operation speak for its user, under the id of their request`() async throws {
        try await withCinder(oneVolume) { rig in
            let factory = rig.factory()
            _ = try await factory.blockStorage.volume("v1")
            let request = try #require(rig.cinder.requests.first)
            #expect(request.path == "/v3/demo-project/volumes/v1")
            #expect(request.headerFields[.openStackRequestID] == "req-of-demo")
            #expect(request.headerFields[.openStackAPIVersion] == "volume 3.43")
            #expect(request.headerFields[.serviceToken] != nil)
        }
    }

    @Test func `two operations of two projects see only their own token and catalogue`() async throws {
        try await withCinder(oneVolume) { rig in
            let factories = [rig.factory(of: "demo"), rig.factory(of: "alt")]
            try await withThrowingTaskGroup { group in
                for index in 0..<40 {
                    group.addTask { _ = try await factories[index % 2].blockStorage.volume("v1") }
                }
                try await group.waitForAll()
            }
            for request in rig.cinder.requests {
                let user = request.path.hasPrefix("/v3/demo-project/") ? "demo" : "alt"
                #expect(request.path.hasPrefix("/v3/\(user)-project/"))
                #expect(request.headerFields[.authToken]?.contains("-\(user)-") == true)
                #expect(request.headerFields[.openStackRequestID] == "req-of-\(user)")
            }
            #expect(rig.keystone.authentications == 1, "one service token for all")
        }
    }

    @Test func `a client is the same from any task, and goes on when the user's token has expired`() async throws {
        try await withCinder(oneVolume) { rig in
            let factory = rig.factory(life: .milliseconds(300))
            let client = factory.blockStorage
            _ = try await client.volume("v1")
            try await rig.loop.sleep(for: .milliseconds(350))
            _ = try await client.volume("v1")
            _ = try await factory.blockStorage.volume("v1")
            #expect(rig.cinder.requests.count == 3)
        }
    }

    @Test func `a call may take as long as the environment says`() async throws {
        try await withCinder(oneVolume) { rig in
            var environment = rig.environment
            environment.requestTimeout = .seconds(7)
            let factory = ClientFactory(
                authentication: ServiceUserAuth(tokens: environment.tokens), requestID: "req-1",
                environment: environment)
            #expect(factory.blockStorage.timeout == .seconds(7))
            #expect(rig.factory().blockStorage.timeout == .seconds(60))
        }
    }

    @Test func `the daemon's own clients speak with its own token`() async throws {
        try await withCinder(oneVolume) { rig in
            var environment = rig.environment
            environment.blockStorage.endpoint.endpoint = rig.cinder.url + "/v3/demo-project/%(user_id)s"
            _ = try await environment.tokens.token(until: .now + .seconds(30))
            let factory = ClientFactory(
                authentication: ServiceUserAuth(tokens: environment.tokens), requestID: "req-1",
                environment: environment, deadline: .now + .seconds(30))
            _ = try await factory.blockStorage.volume("v1")
            let request = try #require(rig.cinder.requests.first)
            #expect(request.path == "/v3/demo-project/karbor-id/volumes/v1")
            #expect(request.headerFields[.serviceToken] == nil)
        }
    }
}
