import Testing

@testable import Keystone

@Suite struct BaseURLTests {
    @Test func `scheme, host, port and path are told apart, and slashes at the end do not count`() throws {
        let url = try #require(BaseURL("HTTPS://Cinder.Example:8776/volume/v3//?x=1#y"))
        #expect(url.scheme == "https" && url.authority == "cinder.example:8776" && url.path == "/volume/v3")
        #expect("\(url.appending("a b"))" == "https://cinder.example:8776/volume/v3/a b")
        #expect(try #require(BaseURL("http://[::1]:5000")).authority == "[::1]:5000")
        #expect(try #require(BaseURL("http://h")).path == "")
    }

    @Test func `the usual port says nothing`() throws {
        let (with, without) = (try #require(BaseURL("https://h:443/a")), try #require(BaseURL("https://h/b")))
        #expect(with.isSameOrigin(as: without))
        #expect(!with.isSameOrigin(as: try #require(BaseURL("http://h:443/a"))))
        #expect(!with.isSameOrigin(as: try #require(BaseURL("https://h:8443/a"))))
    }

    @Test func `a user's name in it is dropped`() throws {
        let url = try #require(BaseURL("http://admin:secret@h/v3"))
        #expect("\(url)" == "http://h/v3")
    }

    @Test(arguments: ["", "h", "h:5000", "//h/v3", "ftp://h", "http://", "http:///v3", "unix:/run/x"])
    func `anything else is nothing`(text: String) {
        #expect(BaseURL(text) == nil)
    }
}
