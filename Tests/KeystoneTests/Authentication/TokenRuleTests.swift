import HTTPTransport
import HTTPTypes
import Loop
import Telemetry
import TestSupport
import Testing

@testable import Keystone

/// Which tokens a request carries, and what becomes of a 401, over real sockets.
@Suite(.timeLimit(.minutes(1))) struct TokenRuleTests {
    let read = ServiceRequest(.get, "volumes", timeout: .seconds(30))
    let write = ServiceRequest(.post, "volumes", body: Array("{}".utf8), timeout: .seconds(30))

    @Test func `every request carries both tokens, our id and the microversion, below the user's endpoint`()
        async throws
    {
        try await withRig { rig in
            let service = try rig.emptyService()
            let context = try await rig.context(life: .seconds(60))
            _ = try await rig.adapter(context, service).send(read)
            let request = try #require(service.requests.first)
            #expect(request.path == "/v3/demo-id/volumes")
            #expect(request.headerFields[.authToken] == context.token.reveal())
            #expect(request.headerFields[.serviceToken] == rig.tokens.current?.value.reveal())
            #expect(request.headerFields[.openStackRequestID] == context.requestID)
            #expect(request.headerFields[.openStackAPIVersion] == "volume 3.43")
        }
    }

    @Test func `a request's own fields go along, and do not take the place of the adapter's`() async throws {
        try await withRig { rig in
            let service = try rig.emptyService()
            let context = try await rig.context(life: .seconds(60))
            let fields: HTTPFields = [.ifMatch: "etag", .openStackRequestID: "req-other"]
            _ = try await rig.adapter(context, service).send(ServiceRequest(.get, "volumes", headerFields: fields))
            let request = try #require(service.requests.first)
            #expect(request.headerFields[.ifMatch] == "etag")
            #expect(request.headerFields[.openStackRequestID] == context.requestID)
            #expect(request.headerFields[.openStackAPIVersion] == "volume 3.43")
        }
    }

    @Test func `a user's token that has expired goes on working`() async throws {
        try await withRig { rig in
            let service = try rig.emptyService()
            let context = try await rig.context(life: .seconds(-1000))
            let adapter = try rig.adapter(context, service)
            for request in [read, write] { _ = try await adapter.send(request) }
            #expect(service.requests.count == 2)
        }
    }

    @Test func `a revoked service token is renewed and the request sent again, a POST too`() async throws {
        try await withRig { rig in
            let service = try rig.emptyService()
            let adapter = try rig.adapter(try await rig.context(life: .seconds(60)), service)
            rig.keystone.revokeAll(of: "karbor")
            _ = try await adapter.send(write)
            #expect(service.requests.count == 2)
            #expect(rig.keystone.authentications == 2)
        }
    }

    @Test
    func `a user's token that was revoked is a permanent error that says so, and the next request does not ask again`()
        async throws
    {
        try await withRig { rig in
            let service = try rig.emptyService()
            let context = try await rig.context(life: .seconds(60))
            let adapter = try rig.adapter(context, service)
            rig.keystone.revoke(context.token.reveal())
            let error = try await serviceError { _ = try await adapter.send(read) }
            #expect(error.code == .userTokenGone && error.disposition == .permanent && error.status == 401)
            #expect(error.message.contains("revoked"), "\(error)")
            #expect(service.requests.count == 2)
            let validations = rig.keystone.validations
            #expect(try await serviceError { _ = try await adapter.send(read) }.code == .userTokenGone)
            #expect(service.requests.count == 2 && rig.keystone.validations == validations)
        }
    }

    @Test func `after the window the request is not even sent, and the error says since when`() async throws {
        try await withRig { rig in
            let service = try rig.emptyService()
            let context = try await rig.context(life: .seconds(-100))
            let adapter = try rig.adapter(context, service, window: .seconds(60))
            let error = try await serviceError { _ = try await adapter.send(read) }
            #expect(error.code == .userTokenGone && error.disposition == .permanent)
            let end = try #require(context.acceptableUntil(window: .seconds(60))).formatted(.iso8601)
            #expect(error.message.contains(end) && error.message.contains("60 s"), "\(error)")
            #expect(service.requests.isEmpty)
        }
    }

    @Test func `a window that is shorter in Keystone than configured is named as a possible reason`() async throws {
        try await withRig(window: .seconds(200)) { rig in
            let service = try rig.emptyService()
            var context = try await rig.context(life: .seconds(-100))
            context.token = Secret(rig.keystone.issue(to: "demo", life: .seconds(-300)))
            let adapter = try rig.adapter(context, service)
            let error = try await serviceError { _ = try await adapter.send(read) }
            #expect(error.code == .userTokenGone && error.message.contains("allow_expired_window"), "\(error)")
        }
    }

    @Test func `a service that refuses what Keystone accepts is a passing fault of the service`() async throws {
        try await withRig { rig in
            let service = try rig.emptyService()
            let adapter = try rig.adapter(try await rig.context(life: .seconds(60)), service)
            service.set(refusesAll: true)
            let error = try await serviceError { _ = try await adapter.send(read) }
            #expect(error.code == .tokensRefused && error.disposition == .transient && error.status == 401)
            #expect(service.requests.count == 2)
            service.set(refusesAll: false)
            _ = try await adapter.send(read)
        }
    }

    @Test func `a service that service tokens do not reach refuses an expired token, and after half a minute for good`()
        async throws
    {
        let time = ManualTime()
        try await withRig(time: time) { rig in
            let service = try rig.emptyService()
            service.set(seesServiceTokens: false)
            let adapter = try rig.adapter(try await rig.context(life: .seconds(-60)), service)
            for _ in 1...2 {
                time.advance(by: .seconds(15))
                let error = try await serviceError { _ = try await adapter.send(read) }
                #expect(error.code == .tokensRefused && error.disposition == .transient, "\(error)")
            }
            for _ in 1...2 {
                time.advance(by: .seconds(15))
                let error = try await serviceError { _ = try await adapter.send(read) }
                #expect(error.code == .expiredTokenRefused && error.disposition == .permanent, "\(error)")
                #expect(error.message.contains("user's token") && error.message.contains("X-Service-Token"))
            }
            #expect(service.requests.count == 8, "each was sent twice")
        }
    }

    @Test func `a service whose own Keystone is away for a moment is ridden out, right after the expiry too`()
        async throws
    {
        let time = ManualTime()
        try await withRig(time: time) { rig in
            let service = try rig.emptyService()
            let adapter = try rig.adapter(try await rig.context(life: .seconds(-60)), service)
            service.set(refusesAll: true)
            for _ in 1...3 {
                time.advance(by: .seconds(9))
                let error = try await serviceError { _ = try await adapter.send(write) }
                #expect(error.code == .tokensRefused && error.disposition == .transient, "\(error)")
            }
            service.set(refusesAll: false)
            #expect(try await adapter.send(write).status == 200)
            // It honours service tokens: that is known now.
            service.set(refusesAll: true)
            for _ in 1...5 {
                time.advance(by: .seconds(15))
                #expect(try await serviceError { _ = try await adapter.send(read) }.code == .tokensRefused)
            }
        }
    }

    @Test func `one service's refusals are not another's`() async throws {
        let time = ManualTime()
        try await withRig(time: time) { rig in
            let (deaf, good) = (try rig.emptyService(), try rig.emptyService())
            deaf.set(seesServiceTokens: false)
            let session = rig.session(try await rig.context(life: .seconds(-60)))
            let volumes = try rig.adapter(session, deaf)
            let images = try rig.adapter(session, good, serviceType: "image")
            var codes: [ServiceError.Code] = []
            for _ in 1...3 {
                time.advance(by: .seconds(15))
                codes.append(try await serviceError { _ = try await volumes.send(read) }.code)
                _ = try await images.send(read)
            }
            #expect(codes == [.tokensRefused, .tokensRefused, .expiredTokenRefused])
            good.set(refusesAll: true)
            time.advance(by: .seconds(15))
            #expect(try await serviceError { _ = try await images.send(read) }.code == .tokensRefused)
        }
    }

    @Test(arguments: [200, 404])
    func `once a service has let an expired token in, a 401 of its passes`(status: Int) async throws {
        let time = ManualTime()
        try await withRig(time: time) { rig in
            let service = try ScriptedService(keystone: rig.keystone) { _ in ScriptedResponse(status, text: "{}") }
            let adapter = try rig.adapter(try await rig.context(life: .seconds(-60)), service)
            _ = try? await adapter.send(read)
            service.set(refusesAll: true)
            for _ in 1...4 {
                time.advance(by: .seconds(15))
                let error = try await serviceError { _ = try await adapter.send(read) }
                #expect(error.code == .tokensRefused && error.disposition == .transient, "\(error)")
            }
        }
    }

    @Test func `a service token without the role is hinted at`() async throws {
        try await withRig(roles: ["admin"]) { rig in
            let service = try rig.emptyService()
            let adapter = try rig.adapter(try await rig.context(life: .seconds(60)), service)
            let error = try await serviceError { _ = try await adapter.send(read) }
            #expect(error.code == .tokensRefused && error.message.contains("lacks the service role"), "\(error)")
        }
    }

    @Test func `when Keystone is gone too, a 401 is a passing fault, and nothing is concluded about the user`()
        async throws
    {
        try await withRig { rig in
            let service = try rig.emptyService()
            let context = try await rig.context(life: .seconds(60))
            let adapter = try rig.adapter(context, service)
            service.set(refusesAll: true)
            rig.keystone.set(.hangingUp)
            var request = read
            request.timeout = .seconds(2)
            let error = try await serviceError { _ = try await adapter.send(request) }
            #expect(error.code == .identityUnavailable && error.disposition == .transient)
            service.set(refusesAll: false)
            rig.keystone.set(.well)
            _ = try await adapter.send(read)
        }
    }

    @Test func `a Keystone that does not say in time why is not a service that refuses, nor is a caller who leaves`()
        async throws
    {
        try await withRig { rig in
            let authentication = rig.authentication(try await rig.context(life: .seconds(60)))
            let credentials = try await authentication.credentials(until: rig.deadline())
            rig.keystone.set(.silent(.seconds(3)))
            let late = await authentication.explainRefusal(
                of: credentials, by: "volumev3", until: .now + .milliseconds(100))
            #expect(late.code == .identityUnavailable && late.code.disposition == .transient, "\(late.message)")
            let deadline = rig.deadline()
            let asking = Task { await authentication.explainRefusal(of: credentials, by: "volumev3", until: deadline) }
            asking.cancel()
            #expect(await asking.value.code == .cancelled)
        }
    }

    @Test func `a balancer's 404 in front of Keystone says nothing about the user's token`() async throws {
        try await withRig { rig in
            let service = try rig.emptyService()
            let context = try await rig.context(life: .seconds(60))
            let authentication = rig.authentication(context)
            let credentials = try await authentication.credentials(until: rig.deadline())
            rig.keystone.set(.bare(404))
            let refusal = await authentication.explainRefusal(
                of: credentials, by: "volumev3", until: rig.deadline())
            #expect(refusal.code == .identityUnavailable, "\(refusal.message)")
            rig.keystone.set(.well)
            _ = try await rig.adapter(context, service).send(read)
            _ = try await authentication.credentials(until: rig.deadline())
        }
    }

    @Test func `while there is no service token nothing is sent, and the request waits no longer than it may`()
        async throws
    {
        try await withRig(startsTokens: false) { rig in
            rig.keystone.set(.status(503))
            rig.tokens.start()
            let service = try rig.emptyService()
            var token = Token(value: Secret("user"), user: .init(id: "demo-id"))
            token.project = .init(id: "demo-id")
            let adapter = try rig.adapter(RequestContext(token: token, requestID: "req-1"), service)
            var request = read
            request.timeout = .milliseconds(300)
            let error = try await serviceError { _ = try await adapter.send(request) }
            #expect(error.code == .identityUnavailable)
            #expect(service.requests.isEmpty)
        }
    }

    @Test func `service tokens of four seconds: no request fails across many renewals`() async throws {
        try await withRig(life: .seconds(4)) { rig in
            let service = try rig.emptyService()
            let adapter = try rig.adapter(try await rig.context(life: .seconds(-10)), service)
            let end = ContinuousClock.now + .seconds(5)
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        while ContinuousClock.now < end { _ = try await adapter.send(read) }
                    }
                }
                try await group.waitForAll()
            }
            #expect(rig.tokens.status.statistics.renewals >= 2)
            #expect(rig.tokens.status.statistics.requestsThatWaited <= 1, "only the one before the first token")
        }
    }
}
