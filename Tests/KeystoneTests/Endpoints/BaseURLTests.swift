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
        #expect(BaseURL("https://h:443/a") == BaseURL("https://h/a"))
        #expect(BaseURL("http://h:80/a") == BaseURL("http://h/a"))
        #expect(BaseURL("http://h:443/a")?.authority == "h:443")
        #expect(BaseURL("https://h:8443/a")?.authority == "h:8443")
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
