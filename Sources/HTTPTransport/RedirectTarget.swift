import CCurl

/// Where a `Location` leads, resolved by libcurl's own URL parser against the address that was asked.
struct RedirectTarget {
    let url: String
    let isSameOrigin: Bool

    /// Nil for what is no HTTP address, or one with a user name in it.
    init?(location: String, from base: String) {
        guard let handle = curl_url() else { return nil }
        defer { curl_url_cleanup(handle) }
        guard Self.set(handle, base), let from = Origin(handle), Self.set(handle, location), let to = Origin(handle)
        else {
            return nil
        }
        guard curl_url_set(handle, CURLUPART_FRAGMENT, nil, 0) == CURLUE_OK,
            let url = Self.get(handle, CURLUPART_URL)
        else { return nil }
        self.url = url
        isSameOrigin = from == to
    }

    private struct Origin: Equatable {
        let scheme: String
        let host: String
        let port: String

        init?(_ handle: OpaquePointer) {
            guard let scheme = get(handle, CURLUPART_SCHEME), let host = get(handle, CURLUPART_HOST),
                let port = get(handle, CURLUPART_PORT)
            else { return nil }
            self.scheme = scheme.lowercased()
            self.host = host.lowercased()
            self.port = port
        }
    }

    private static func set(_ handle: OpaquePointer, _ url: String) -> Bool {
        curl_url_set(handle, CURLUPART_URL, url, UInt32(CURLU_DISALLOW_USER | CURLU_PATH_AS_IS)) == CURLUE_OK
    }

    private static func get(_ handle: OpaquePointer, _ part: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        let flags = part == CURLUPART_PORT ? UInt32(CURLU_DEFAULT_PORT) : 0
        guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
