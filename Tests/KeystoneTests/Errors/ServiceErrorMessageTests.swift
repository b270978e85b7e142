import HTTPTransport
import HTTPTypes
import Telemetry
import Testing

@testable import Keystone

@Suite struct ServiceErrorMessageTests {
    func text(_ body: String, type: String = "application/json", hiding: [String] = []) -> String {
        let response = TransportResponse(
            status: .init(code: 400, reasonPhrase: "Bad Request"), headerFields: [.contentType: type],
            body: Array(body.utf8))
        return ServiceErrorMessage.text(of: response, hiding: hiding.map { Secret($0) })
    }

    @Test(arguments: [
        #"{"badRequest": {"code": 400, "message": "Invalid volume: it is in use"}}"#,
        #"{"error": {"code": 400, "title": "Bad Request", "message": "Invalid volume: it is in use"}}"#,
        #"{"NeutronError": {"type": "X", "message": "Invalid volume: it is in use", "detail": ""}}"#,
        #"{"errors": [{"status": 400, "detail": "Invalid volume: it is in use", "title": "Bad Request"}]}"#,
        #"{"message": "Invalid volume: it is in use", "code": "400 Bad Request"}"#,
        #"{"computeFault": {"message": "Invalid volume:\n   it is in use\u0000"}}"#,
        #"{"error": "Invalid volume: it is in use"}"#,
    ])
    func `the message is found in the many forms of OpenStack`(body: String) {
        #expect(text(body) == "Invalid volume: it is in use")
    }

    @Test func `plain text is taken, markup is not`() {
        #expect(text("Authentication required\n", type: "text/plain; charset=UTF-8") == "Authentication required")
        #expect(text("<html><h1>502</h1></html>", type: "text/html") == "the answer was HTTP 400")
        #expect(text("", type: "text/plain") == "the answer was HTTP 400")
        #expect(text("[1, 2") == "the answer was HTTP 400")
    }

    @Test func `a long message is cut, and what is secret is taken out before`() {
        let long = text(#"{"message": "\#(String(repeating: "ab ", count: 1000))"}"#)
        #expect(long.count == ServiceErrorMessage.limit + 1 && long.hasSuffix("…"))
        let padding = String(repeating: "a", count: ServiceErrorMessage.limit - 3)
        let hidden = text(#"{"message": "\#(padding) gAAAAsecret"}"#, hiding: ["gAAAAsecret", ""])
        #expect(!hidden.contains("gA"))
    }
}
