import Testing

@testable import Keystone

@Suite struct ServiceRequestTests {
    @Test func `what is interpolated into a path is one segment`() {
        let id = "a b/c%ü"
        let path: ServicePath = "volumes/\(id)/action"
        #expect(path.encoded == "volumes/a%20b%2Fc%25%C3%BC/action" && path.isValid)
    }

    @Test func `a query keeps no character that a server could take for something else`() {
        let request = ServiceRequest(.get, "x", query: [QueryItem("a&b", "c=d+e f"), QueryItem("name~", "{'k': 'v'}")])
        #expect(request.query == "a%26b=c%3Dd%2Be%20f&name~=%7B%27k%27%3A%20%27v%27%7D")
    }

    @Test func `only the query of a page's link is used`() {
        #expect(
            PageLink("http://elsewhere.example/v3/x/volumes/detail?limit=2&marker=a%20b")?.query
                == "limit=2&marker=a%20b")
        #expect(PageLink("/volumes?marker=1")?.query == "marker=1")
        for link in ["", "http://elsewhere.example/", "/volumes?", "not a url at all %%"] {
            #expect(PageLink(link) == nil)
        }
    }

    @Test func `request ids have the form that services take over`() throws {
        let id = RequestID.make()
        #expect(id.wholeMatch(of: /req-[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}/) != nil)
        #expect(id != RequestID.make())
    }
}
