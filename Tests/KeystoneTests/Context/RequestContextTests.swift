import Foundation
import Telemetry
import Testing

@testable import Keystone

@Suite struct RequestContextTests {
    let context: RequestContext = {
        var token = Token(value: Secret("gAAAAA-very-secret"), user: .init(id: "u1", name: "demo"))
        token.project = .init(id: "p1", name: "demo", domain: .init(id: "default", name: "Default"))
        token.roles = [.init(id: "r1", name: "member"), .init(name: "Admin")]
        token.issuedAt = Date(timeIntervalSince1970: 1_700_000_000)
        token.expiresAt = Date(timeIntervalSince1970: 1_700_003_600.5)
        token.catalog = ServiceCatalog([
            .init(
                type: "volumev3", endpoints: [.init(interface: "public", url: "http://h", region: "R", regionID: "R")])
        ])
        token.methods = ["application_credential"]
        return RequestContext(
            token: token, requestID: "req-1", globalRequestID: "req-2", remoteAddress: "192.0.2.1")
    }()

    @Test func `it knows of the caller what the token says`() {
        #expect(context.userID == "u1" && context.projectID == "p1" && context.domainID == "default")
        #expect(context.roles == ["member", "Admin"] && context.isAdmin)
        #expect(context.isApplicationCredential && !context.isTrust)
    }

    @Test func `the policy's word on who is an admin holds`() {
        var token = Token(value: Secret("x"), user: .init(id: "u1"))
        #expect(!RequestContext(token: token, requestID: "req-1").isAdmin)
        token.roles = [.init(name: "admin")]
        #expect(!RequestContext(token: token, requestID: "req-1", isAdmin: false).isAdmin)
    }

    @Test func `the window's end is so long after the token's`() {
        #expect(context.acceptableUntil(window: .seconds(172_800)) == Date(timeIntervalSince1970: 1_700_176_400.5))
        var endless = context
        endless.tokenExpiresAt = nil
        #expect(endless.acceptableUntil(window: .seconds(1)) == nil)
    }

    @Test func `written down with its token it comes back the same`() throws {
        let back = try RequestContext(encodedWithSecrets: try context.encodedWithSecrets())
        #expect(back.token == context.token && back.requestID == "req-1" && back.globalRequestID == "req-2")
        #expect(back.userID == "u1" && back.userName == "demo" && back.projectID == "p1" && back.projectName == "demo")
        #expect(back.roleIDs == ["r1"])
        #expect(back.domainID == "default" && back.roles == context.roles && back.isAdmin && back.isAdminProject)
        #expect(back.tokenIssuedAt == context.tokenIssuedAt && back.tokenExpiresAt == context.tokenExpiresAt)
        #expect(back.catalog == context.catalog && back.remoteAddress == "192.0.2.1")
        #expect(back.isApplicationCredential && !back.isTrust)
    }

    @Test func `a record of a later version, or none at all, is told as unreadable`() throws {
        let text = String(decoding: try context.encodedWithSecrets().reveal(), as: UTF8.self)
        let later = text.replacing(#""version":1"#, with: #""version":2"#)
        #expect(later != text)
        for record in [later, "", "{}"] {
            #expect(throws: RequestContext.UnreadableRecord.self) {
                try RequestContext(encodedWithSecrets: Secret(Array(record.utf8)))
            }
        }
    }

    @Test func `no way of printing it shows the token`() throws {
        var dumped = ""
        dump(context, to: &dumped)
        let record = try context.encodedWithSecrets()
        for text in ["\(context)", String(reflecting: context), dumped, "\(record)", String(reflecting: record)] {
            #expect(!text.contains("very-secret"))
        }
    }
}
