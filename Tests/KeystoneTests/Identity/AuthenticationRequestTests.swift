import Foundation
import Telemetry
import Testing

@testable import Keystone

/// The bodies of `POST /v3/auth/tokens`, as Keystone's API describes them.
@Suite struct AuthenticationRequestTests {
    func expect(
        _ method: Credential.Method, _ scope: Credential.Scope, gives expected: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let credential = Credential(authURL: "http://h/v3", method: method, scope: scope)
        let body = try JSONSerialization.jsonObject(with: Data(try AuthenticationRequest(credential).body()))
        let wanted = try JSONSerialization.jsonObject(with: Data(expected.utf8))
        #expect(body as? NSDictionary == wanted as? NSDictionary, sourceLocation: sourceLocation)
    }

    let byID = Credential.Method.password(user: .id("u1"), password: Secret("s\"ecret"))

    @Test func `a password of a user by name or by id`() throws {
        try expect(
            .password(user: .name("karbor", domain: .name("Default")), password: Secret("x")), .unscoped,
            gives: """
                {"auth": {"identity": {"methods": ["password"],
                  "password": {"user": {"name": "karbor", "domain": {"name": "Default"}, "password": "x"}}}}}
                """)
        try expect(
            byID, .unscoped,
            gives:
                #"{"auth": {"identity": {"methods": ["password"], "password": {"user": {"id": "u1", "password": "s\"ecret"}}}}}"#
        )
    }

    @Test(arguments: [
        (Credential.Scope.project(.id("p1")), #"{"project": {"id": "p1"}}"#),
        (
            .project(.name("service", domain: .id("default"))),
            #"{"project": {"name": "service", "domain": {"id": "default"}}}"#
        ),
        (.domain(.name("Default")), #"{"domain": {"name": "Default"}}"#), (.system, #"{"system": {"all": true}}"#),
        (.trust(id: "t1"), #"{"OS-TRUST:trust": {"id": "t1"}}"#),
    ])
    func `each scope`(scope: Credential.Scope, written: String) throws {
        try expect(
            byID, scope,
            gives: """
                {"auth": {"identity": {"methods": ["password"], "password": {"user": {"id": "u1", "password": "s\\"ecret"}}},
                  "scope": \(written)}}
                """)
    }

    @Test func `an application credential takes no scope`() throws {
        try expect(
            .applicationCredential(.id("a1"), secret: Secret("x")), .project(.id("p1")),
            gives: """
                {"auth": {"identity": {"methods": ["application_credential"],
                  "application_credential": {"id": "a1", "secret": "x"}}}}
                """)
        try expect(
            .applicationCredential(.name("backup", user: .name("karbor", domain: .id("default"))), secret: Secret("x")),
            .unscoped,
            gives: """
                {"auth": {"identity": {"methods": ["application_credential"], "application_credential":
                  {"name": "backup", "user": {"name": "karbor", "domain": {"id": "default"}}, "secret": "x"}}}}
                """)
    }
}
