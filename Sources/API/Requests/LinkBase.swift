import HTTPTypes

/// The beginning of the links in answers: how the client reached us, or what the operator says.
struct LinkBase: Sendable, Equatable {
    /// `http://host:8799`, never with a slash at the end.
    let origin: String
    /// `origin` and the prefix that the request came with: what `/v1` is appended to.
    let service: String

    /// - Parameter override: `osapi_karbor_base_URL`; takes the place of scheme and host, its own path before ours.
    /// - Parameter fallback: our own address, for a request that names no host.
    init(_ head: HTTPRequest, hasPrefix: Bool, override: String?, fallback: String) {
        var origin = "http://" + (Self.forwardedHost(head) ?? head.authority.flatMap(Self.host) ?? fallback)
        if let override {
            origin = override
            while origin.hasSuffix("/") { origin.removeLast() }
        }
        self.origin = origin
        service = hasPrefix ? origin + "/" + RequestTarget.prefix : origin
    }

    /// The last proxy's word, as Karbor takes it.
    private static func forwardedHost(_ head: HTTPRequest) -> String? {
        guard let name = HTTPField.Name("X-Forwarded-Host"), let value = head.headerFields[name] else { return nil }
        return value.split(separator: ",").last.map { $0.filter { $0 != " " } }.flatMap(host)
    }

    /// A host and port and nothing else: it is put into links that others follow.
    private static func host(_ text: String) -> String? {
        let isHost = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
                true
            default: false
            }
        }
        return isHost && !text.isEmpty && text.utf8.count <= 255 ? text : nil
    }
}
