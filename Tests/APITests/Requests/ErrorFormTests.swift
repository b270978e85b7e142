import Engine
import Logging
import Protection
import Testing

@testable import API

@Suite struct ErrorFormTests {
    @Test func `every answer names its request, once in each of two headers`() async throws {
        let api = try TestAPI()
        try await api.run { client in
            var seen: Set<String> = []
            for answer in [
                try await client.get("/"), try await client.get("/healthz", as: nil), try await client.get("plans"),
                try await client.get("plans", as: nil), try await client.get("nothing"),
                try await client.get("plans/no-uuid"),
            ] {
                let id = try #require(answer.header("X-Openstack-Request-Id"))
                #expect(answer.header("X-Compute-Request-Id") == id)
                #expect(id.hasPrefix("req-") && UUIDText.isUUID(String(id.dropFirst(4))))
                seen.insert(id)
            }
            #expect(seen.count == 6)
        }
    }

    @Test(arguments: ["nothing", "plans/1/2/3", "/v1", "/v2/x", "/v1/x", "plans/new/edit"])
    func `an unknown route is not found, in Karbor's form`(path: String) async throws {
        try await TestAPI().run { client in
            let answer = try await client.get(path)
            #expect(answer.status == 404)
            #expect(answer.json == ["itemNotFound": ["code": 404, "message": "The resource could not be found."]])
        }
    }

    @Test func `a method that a route does not have is not found`() async throws {
        try await TestAPI().run { client in
            let answer = try await client.send("PATCH", "plans", [:])
            #expect(answer.status == 404)
            #expect(answer.kind == "itemNotFound")
        }
    }

    @Test(arguments: [
        (ServiceFault.Code.badRequest, 400, "badRequest"), (.forbidden, 403, "forbidden"),
        (.notFound, 404, "itemNotFound"), (.conflict, 409, "conflictingRequest"), (.overLimit, 413, "overLimit"),
        (.notImplemented, 501, "notImplemented"), (.unavailable, 503, "serviceUnavailable"),
    ])
    func `a fault from below becomes its status, with its message`(
        code: ServiceFault.Code, status: Int, kind: String
    ) async throws {
        let api = try TestAPI()
        let checkpoint = try api.addCheckpoint()
        api.operations.state.withLock { $0.fault = ServiceFault(code, "because of this") }
        try await api.run { client in
            let answer = try await client.delete("providers/\(FakeProviders.infra)/checkpoints/\(checkpoint.id)")
            #expect(answer.status == status)
            #expect(answer.kind == kind)
            #expect(answer.json[kind]?["code"] == .integer(Int64(status)))
            #expect(answer.message == "because of this")
        }
    }

    @Test func `of an inner fault the caller is told nothing and the log everything`() async throws {
        let api = try TestAPI()
        let checkpoint = try api.addCheckpoint()
        api.operations.state.withLock { $0.fault = ServiceFault(.internal, "the disk is on fire") }
        try await api.run { client in
            let answer = try await client.delete("providers/\(FakeProviders.infra)/checkpoints/\(checkpoint.id)")
            #expect(answer.status == 500)
            #expect(answer.kind == "computeFault")
            #expect(!answer.text.contains("fire"))
            let line = try #require(api.log.lines.first { $0.level == .error })
            #expect("\(line.fields["reason"] ?? "")".contains("the disk is on fire"))
            #expect(line.fields["request_id"] == .string(answer.header("X-Openstack-Request-Id") ?? ""))
        }
    }

    @Test func `what only the operator may know stands in the log, whatever the answer is`() async throws {
        for (code, status, level) in [
            (ServiceFault.Code.unavailable, 503, Logger.Level.warning), (.badRequest, 400, .info),
        ] {
            let api = try TestAPI()
            let checkpoint = try api.addCheckpoint()
            let fault = ServiceFault(code, "It is so.", detail: "cannot read /checkpoints/x")
            api.operations.state.withLock { $0.fault = fault }
            try await api.run { client in
                let answer = try await client.delete("providers/\(FakeProviders.infra)/checkpoints/\(checkpoint.id)")
                #expect(answer.status == status)
                #expect(answer.message == "It is so.")
                let line = try #require(api.log.lines.first { $0.message != "request" })
                #expect(line.level == level)
                #expect(line.fields["reason"] == "It is so. cannot read /checkpoints/x")
                #expect(line.fields["request_id"] == .string(answer.header("X-Openstack-Request-Id") ?? ""))
            }
        }
    }

    @Test func `a caller whose token ends meanwhile is asked for another one`() async throws {
        let api = try TestAPI()
        let checkpoint = try api.addCheckpoint()
        api.operations.state.withLock { $0.fault = ServiceFault(.unauthenticated, "The token is no longer accepted.") }
        try await api.run { client in
            let answer = try await client.delete("providers/\(FakeProviders.infra)/checkpoints/\(checkpoint.id)")
            #expect(answer.status == 401)
            #expect(answer.header("WWW-Authenticate") == "Keystone uri=\"http://127.0.0.1:5000\"")
            #expect(answer.json["error"]?["title"] == "Unauthorized")
        }
    }

    @Test(arguments: [
        (StoreError.Code.invalidQuery, 400), (.conflict, 409), (.quotaExceeded, 413), (.unavailable, 503),
        (.full, 503), (.corrupted, 500), (.sealBroken, 500),
    ])
    func `a store that fails is answered by what it means`(code: StoreError.Code, status: Int) async throws {
        let api = try TestAPI()
        api.records.rows.withLock { $0.failure = StoreError(code, "table plans is gone") }
        try await api.run { client in
            let answer = try await client.get("plans")
            #expect(answer.status == status)
            #expect((answer.header("Retry-After") != nil) == [413, 503].contains(status))
            if status >= 500 { #expect(!answer.text.contains("table plans")) }
        }
    }
}
