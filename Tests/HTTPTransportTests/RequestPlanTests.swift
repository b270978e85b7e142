import HTTPTypes
import Testing

@testable import HTTPTransport

@Suite struct RequestPlanTests {
    private func plan(
        _ method: HTTPRequest.Method = .get, scheme: String? = "http", authority: String? = "host:80",
        path: String? = "/", fields: HTTPFields = [:], body: RequestBody = .none, redirects: RedirectPolicy = .none
    ) throws -> RequestPlan {
        var head = HTTPRequest(method: method, scheme: scheme, authority: authority, path: path)
        head.headerFields = fields
        return try RequestPlan(
            TransportRequest(head, body: body, deadline: .now + .seconds(1), redirects: redirects))
    }

    private func expectInvalid(_ make: @autoclosure () throws -> RequestPlan) throws {
        let error = try #require(#expect(throws: TransportError.self) { try make() })
        #expect(error.code == .invalidRequest && error.disposition == .callersFault && !error.requestMayHaveArrived)
    }

    @Test(arguments: [nil, "ftp", "file", ""])
    func `other schemes are refused`(scheme: String?) throws {
        try expectInvalid(plan(scheme: scheme))
    }

    @Test(arguments: [nil, "", "user@host", "host/path", "host?x", "ho st", "höst", "host\\x", "a\nb", "host#x"])
    func `an authority that is more than host and port is refused`(authority: String?) throws {
        try expectInvalid(plan(authority: authority))
    }

    @Test(arguments: [nil, "", "x", "/a b", "/a\u{0}b", "/ä", "/a#b", "/a\tb", "*"])
    func `a path that libcurl would send in another way, or not at all, is refused`(path: String?) throws {
        try expectInvalid(plan(path: path))
    }

    @Test(arguments: ["127.0.0.1:8776", "[::1]:80", "cinder.example.org", "EXAMPLE"])
    func `addresses of all kinds are taken`(authority: String) throws {
        let plan = try plan(authority: authority, path: "/v3/%C3%A4/../x?q={a}|b")
        #expect(plan.url == "http://\(authority)/v3/%C3%A4/../x?q={a}|b")
    }

    @Test func `a newline never gets into a header field's value`() throws {
        let name = try #require(HTTPField.Name("X-Auth-Token"))
        for value in ["a\r\nX-Evil: 1", "a\nb", "a\u{0}b"] {
            // HTTPFields puts spaces there already; this would notice if it did not.
            if let plan = try? plan(fields: [name: value]) {
                #expect(plan.fields.allSatisfy { $0.value.utf8.allSatisfy { $0 >= 0x20 } })
                #expect(plan.fields.count == 1)
            }
        }
        let control = HTTPField(name: name, lenientValue: [0x61, 0x7, 0x62])
        var fields = HTTPFields()
        fields.append(control)
        try expectInvalid(plan(fields: fields))
    }

    @Test func `the framing follows from the body`() throws {
        try expectInvalid(plan(.post, fields: [.transferEncoding: "chunked"], body: .bytes([1])))
        try expectInvalid(plan(.post, fields: [.contentLength: "2"], body: .bytes([1])))
        try expectInvalid(plan(.post, fields: [.contentLength: "-1"]))
        try expectInvalid(plan(.put, fields: [.contentLength: "abc"], body: .stream(length: nil, next: { nil })))
        try expectInvalid(plan(.put, fields: [.contentLength: "1"], body: .stream(length: nil, next: { nil })))
        try expectInvalid(plan(.head, body: .bytes([1])))
        try expectInvalid(plan(.put, body: .stream(length: -1, next: { nil })))
        #expect(try plan(.post, fields: [.contentLength: "1"], body: .bytes([1])).fields[.contentLength] == nil)
        #expect(try plan(.post, fields: [.contentLength: "0"]).fields[.contentLength] == nil)
    }

    @Test func `redirects are followed for GET and HEAD without a streamed body`() throws {
        let policy = RedirectPolicy.sameOrigin(max: 3)
        #expect(try plan(.get, redirects: policy).redirects == 3)
        #expect(try plan(.head, redirects: policy).redirects == 3)
        #expect(try plan(.post, redirects: policy).redirects == 0)
        #expect(try plan(.get, body: .stream(length: nil, next: { nil }), redirects: policy).redirects == 0)
        #expect(try plan(.get).redirects == 0)
    }
}
