import Protection
import Testing

@testable import API

@Suite struct BodyTests {
    private func refusal(
        _ bytes: [UInt8], headers: [String: String] = [:], limit: Int = 1 << 20
    ) async throws -> (Answer, writes: Int) {
        let api = try TestAPI { $0.limits.bodyBytes = limit }
        let answers = Collected<Answer>()
        try await api.run { client in
            answers.add(try await client.send("POST", "plans", bytes: bytes, headers: headers))
        }
        return (try #require(answers.all.first), api.writes)
    }

    @Test(arguments: [
        "{\"plan\": ", "not json", "{\"plan\": {}} x", "{'plan': {}}", "{\"plan\": NaN}", "[1,]", "\u{FEFF}{}",
        "\"\\ud800",
    ])
    func `what is no JSON is refused`(text: String) async throws {
        let (answer, writes) = try await refusal(Array(text.utf8))
        #expect(answer.status == 400)
        #expect(answer.message == "Malformed request body")
        #expect(writes == 0)
    }

    @Test(arguments: ["{\"\u{E9}\": 1, \"e\u{301}\": 2}", "{\"\(String(repeating: "k", count: 2000))\": 1}"])
    func `JSON that is not taken is refused with the reason`(text: String) async throws {
        let (answer, writes) = try await refusal(Array(text.utf8))
        #expect(answer.status == 400)
        #expect(answer.message?.hasPrefix("Malformed request body: ") == true)
        #expect(writes == 0)
    }

    @Test func `what is no UTF-8 is refused`() async throws {
        let (answer, _) = try await refusal(Array("{\"plan\": \"".utf8) + [0xC3, 0x28] + Array("\"}".utf8))
        #expect(answer.status == 400)
        #expect(answer.message == "Malformed request body")
    }

    @Test(arguments: ["[", "{\"plan\":"])
    func `a body that is only depth is refused`(part: String) async throws {
        let (answer, _) = try await refusal(Array(String(repeating: part, count: 50_000).utf8))
        #expect(answer.status == 400)
        #expect(answer.message == "Malformed request body")
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
    func `a body that is not declared to be JSON counts as none`(type: String) async throws {
        let (answer, writes) = try await refusal(Array("{\"plan\": {}}".utf8), headers: ["Content-Type": type])
        #expect(answer.status == 400)
        #expect(answer.message == APIError.bodyMissing.message)
        #expect(writes == 0)
    }

    @Test(arguments: ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"])
    func `the declaration may name a character set`(type: String) async throws {
        let (answer, _) = try await refusal(Array("{}".utf8), headers: ["Content-Type": type])
        #expect(answer.message == "'plan' is a required property")
    }

    @Test func `no body at all is the caller's mistake`() async throws {
        let (answer, _) = try await refusal([])
        #expect(answer.status == 400)
    }

    @Test func `a body beyond the limit is refused, one at the limit is not`() async throws {
        let body = Array("{\"plan\": {\"name\": \"\(String(repeating: "x", count: 1000))\"}}".utf8)
        let (at, _) = try await refusal(body, limit: body.count)
        #expect(at.status == 400)
        let (beyond, _) = try await refusal(body, limit: body.count - 1)
        #expect(beyond.status == 413)
        #expect(beyond.kind == "overLimit")
        #expect(beyond.json["overLimit"]?["code"] == 413)
    }

    @Test(arguments: [
        ("[]", "a list is not of type 'object'"), ("{}", "'plan' is a required property"),
        ("{\"plan\": {}, \"x\": 1}", "Additional properties are not allowed ('x' was unexpected)"),
        ("{\"plan\": 7}", "Invalid input for field/attribute plan. Value: 7. 7 is not of type 'object'"),
        (
            "{\"plan\": {\"a\": 1, \"b\": 2}}",
            "Invalid input for field/attribute plan. Value: an object. "
                + "Additional properties are not allowed ('a', 'b' were unexpected)"
        ),
        (
            "{\"plan\": {\"parameters\": {}}}",
            "Invalid input for field/attribute plan. Value: an object. 'provider_id' is a required property"
        ),
    ])
    func `a refusal says where and why`(body: String, message: String) async throws {
        let (answer, writes) = try await refusal(Array(body.utf8))
        #expect(answer.status == 400)
        #expect(answer.message == message)
        #expect(writes == 0)
    }

    @Test func `a refusal quotes the beginning of a large value only`() async throws {
        let (answer, _) = try await refusal(Array("{\"plan\": \"\(String(repeating: "y", count: 500_000))\"}".utf8))
        #expect(answer.status == 400)
        #expect(answer.text.utf8.count < 1000)
    }
}
