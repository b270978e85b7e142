import HTTPTypes
import Testing

@testable import API

@Suite struct LinkBaseTests {
    private func base(
        _ authority: String?, forwarded: String? = nil, hasPrefix: Bool = false, override: String? = nil
    ) -> LinkBase {
        var head = HTTPRequest(method: .get, scheme: nil, authority: authority, path: "/")
        if let forwarded, let name = HTTPField.Name("X-Forwarded-Host") { head.headerFields[name] = forwarded }
        return LinkBase(head, hasPrefix: hasPrefix, override: override, fallback: "0.0.0.0:8799")
    }

    @Test func `links begin as the client reached us`() {
        #expect(base("karbor:8799").service == "http://karbor:8799")
        #expect(base("karbor", hasPrefix: true).service == "http://karbor/data-protect")
        #expect(base("[::1]:8799").origin == "http://[::1]:8799")
        #expect(base(nil).origin == "http://0.0.0.0:8799")
    }

    @Test func `of several proxies the last one counts`() {
        #expect(base("inner", forwarded: "a.example, b.example:443").origin == "http://b.example:443")
    }

    @Test func `the operator's address counts before all`() {
        let base = base("inner", forwarded: "b", hasPrefix: true, override: "https://cloud.example/api/")
        #expect(base.origin == "https://cloud.example/api")
        #expect(base.service == "https://cloud.example/api/data-protect")
    }

    @Test(arguments: ["evil/path", "a\"b", "a b@c", "<script>", ""])
    func `what is no host gets into no link`(text: String) {
        #expect(base("good", forwarded: text).origin == "http://good")
    }
}
