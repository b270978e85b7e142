import Hummingbird
import HummingbirdCore
import Testing

@testable import API

@Suite struct RequestTargetTests {
    @Test(arguments: [
        ("/v1/p/plans", "/v1/p/plans", false), ("/v1/p/plans.json", "/v1/p/plans", false),
        ("/data-protect/v1/p/plans", "/v1/p/plans", true), ("//v1///p/plans/", "/v1/p/plans", false),
        ("/data-protect", "/", true), ("/", "/", false), ("", "/", false), ("/.json", "/.json", false),
        ("/data-protect/v1/p/plans/1.json", "/v1/p/plans/1", true),
        ("/data-protected/v1", "/data-protected/v1", false),
    ])
    func `prefix, suffix and doubled slashes are taken away`(text: String, path: String, hasPrefix: Bool) {
        let target = RequestTarget(URI(text))
        #expect(target.path == path)
        #expect(target.hasPrefix == hasPrefix)
    }

    @Test(arguments: ["/v1", "//v1/x", "/data-protect/v1/x", "/v1.json", "/v1/"])
    func `no spelling of version 1 does without a caller`(text: String) {
        #expect(RequestTarget(URI(text)).needsCaller)
    }

    @Test(arguments: ["/", "/healthz", "/v10", "/v2/x"])
    func `what is not version 1 does`(text: String) {
        #expect(!RequestTarget(URI(text)).needsCaller)
    }

    @Test func `all spellings reach the same route`() async throws {
        let api = try TestAPI()
        let plan = api.addPlan()
        try await api.run { client in
            for path in ["/plans", "/plans.json", "//plans/", "/plans/\(plan.id)", "/plans/\(plan.id).json"] {
                for prefix in ["", "/data-protect"] {
                    let answer = try await client.get(prefix + APIClient.v1 + path)
                    #expect(answer.status == 200 && answer.text.contains(plan.id), "\(prefix)\(path)")
                }
            }
        }
    }
}
