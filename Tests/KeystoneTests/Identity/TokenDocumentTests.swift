import Foundation
import Telemetry
import Testing

@testable import Keystone

@Suite struct TokenDocumentTests {
    func decode(_ text: String) -> Token? {
        TokenDocument.decode(Array(text.utf8), value: Secret("value"))
    }

    /// As Keystone 22 writes it, but for the ids.
    let full = """
        {"token": {"methods": ["password"], "user": {"domain": {"id": "default", "name": "Default"}, "id": "u1", "name": "demo",
        "password_expires_at": null}, "audit_ids": ["3T2dc1CGQxyJsHdDu1xkcw"], "expires_at": "2026-01-02T04:04:05.000000Z",
        "issued_at": "2026-01-02T03:04:05.000000Z", "project": {"domain": {"id": "default", "name": "Default"}, "id": "p1",
        "name": "demo"}, "is_domain": false, "roles": [{"id": "r1", "name": "member"}, {"id": "r2", "name": "reader"}],
        "catalog": [{"endpoints": [{"id": "e1", "interface": "public", "region_id": "RegionOne", "url": "http://h:8776/v3/p1",
        "region": "RegionOne"}], "id": "s1", "type": "volumev3", "name": "cinderv3"}],
        "OS-TRUST:trust": {"id": "t1", "impersonation": true, "trustee_user": {"id": "u2"}, "trustor_user": {"id": "u1"}},
        "application_credential": {"id": "a1", "name": "backup", "restricted": true, "access_rules": []}}}
        """

    @Test func `a whole document is read`() throws {
        let token = try #require(decode(full))
        #expect(token.value == Secret("value"))
        #expect(token.user == .init(id: "u1", name: "demo", domain: .init(id: "default", name: "Default")))
        #expect(token.project?.id == "p1" && token.roleNames == ["member", "reader"])
        #expect(token.lifetime == .seconds(3600))
        #expect(token.expiresAt == Date(timeIntervalSince1970: 1_767_326_645))
        #expect(token.catalog?.entries.first?.endpoints.first?.url == "http://h:8776/v3/p1")
        #expect(token.trust?.id == "t1" && token.applicationCredential?.id == "a1")
        #expect(token.applicationCredential?.hasAccessRules == true)
        #expect(token.methods == ["password"])
        #expect(token.isAdminProject)
    }

    @Test func `the least that makes a token is a user's id`() throws {
        let token = try #require(decode(#"{"token": {"user": {"id": "u1"}}}"#))
        #expect(token.lifetime == nil && token.project == nil && token.roles.isEmpty && token.catalog == nil)
        for text in [
            "", "{}", "[]", #"{"token": null}"#, #"{"token": {"user": {"name": "x"}}}"#, #"{"token": {"user": "u1"}}"#,
        ] {
            #expect(decode(text) == nil)
        }
    }

    @Test func `what makes no sense is left out, and the rest is kept`() throws {
        let token = try #require(
            decode(
                """
                {"token": {"user": {"id": "u1", "domain": {"id": "d"}}, "roles": [{"name": "a"}, 7, {"id": "no name"}, {"name": "b"}],
                "project": "p1", "methods": "password", "expires_at": "soon", "issued_at": 17, "is_admin_project": "yes",
                "catalog": [{"type": "image", "endpoints": [{"interface": "public"}, {"interface": "public", "url": "http://i"}]},
                {"name": "typeless"}, null, {"type": "network", "endpoints": null}], "system": {"all": true}}}
                """))
        #expect(token.roleNames == ["a", "b"])
        #expect(token.project == nil && token.methods.isEmpty && token.lifetime == nil && token.isAdminProject)
        #expect(token.catalog?.entries.map(\.type) == ["image", "network"])
        #expect(token.catalog?.entries.first?.endpoints.map(\.url) == ["http://i"])
    }

    @Test func `a life of nothing or less is no life`() throws {
        for expiry in ["2026-01-02T03:04:05.000000Z", "2026-01-02T03:00:00.000000Z"] {
            let token = decode(
                #"{"token": {"user": {"id": "u"}, "issued_at": "2026-01-02T03:04:05.000000Z", "expires_at": "\#(expiry)"}}"#
            )
            #expect(try #require(token).lifetime == nil)
        }
    }

    @Test func `no way of printing a token shows its value`() throws {
        var token = try #require(decode(full))
        token.value = Secret("gAAAAA-very-secret")
        var dumped = ""
        dump(token, to: &dumped)
        for text in ["\(token)", String(reflecting: token), dumped] { #expect(!text.contains("very-secret")) }
    }
}
