import CCurl

/// What a handle is told once, when it is made.
extension CurlEasy {
    func setUp(_ configuration: TransportConfiguration) throws(CurlFailure) {
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        // With many requests on one HTTP/2 connection, libcurl 7.88 stalled until the deadline in half of all runs against
        // nghttpd. The services speak HTTP/1.1 all alike.
        try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        // An empty name is no proxy, whatever the environment says; likewise for those exempt from it.
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_NOPROXY, "")
        try set(CURLOPT_USERAGENT, configuration.userAgent)
        // A path is sent as it was given: object names may have dots in them.
        try set(CURLOPT_PATH_AS_IS, 1)
        // Giving up on a slow name server must not wait for the thread that asks it.
        try set(CURLOPT_QUICK_EXIT, 1)
        try set(CURLOPT_BUFFERSIZE, kind.isStreamed ? 256 << 10 : 16 << 10)
        if kind.isStreamed { try set(CURLOPT_UPLOAD_BUFFERSIZE, 256 << 10) }
        try set(CURLOPT_MAXAGE_CONN, Int(configuration.idleTimeout.components.seconds))
    }

    func setUpTrust() throws(CurlFailure) {
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        // libcurl would use a file that it has read for a day, also after it has been replaced.
        try set(CURLOPT_CA_CACHE_TIMEOUT, 60)
        switch kind.trust {
        case .system: break
        case .file(let path):
            try set(CURLOPT_CAINFO, path)
            try set(CURLOPT_CAPATH, nil)
        case .insecure:
            try set(CURLOPT_SSL_VERIFYPEER, 0)
            try set(CURLOPT_SSL_VERIFYHOST, 0)
        }
    }

    func setUpCallbacks() throws(CurlFailure) {
        let me = Unmanaged.passUnretained(self).toOpaque()
        for option in [CURLOPT_PRIVATE, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_READDATA, CURLOPT_PREREQDATA] {
            try check(karbor_curl_easy_set_pointer(handle, option, me))
        }
        try check(karbor_curl_easy_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText))
        try check(
            karbor_curl_easy_set_bytes_callback(handle, CURLOPT_HEADERFUNCTION) { bytes, _, count, me in
                guard let bytes, let easy = CurlEasy.from(me: me), let transfer = easy.transfer else { return 0 }
                return transfer.receivedLine(UnsafeRawBufferPointer(start: bytes, count: count), easy) ? count : 0
            })
        try check(
            karbor_curl_easy_set_bytes_callback(handle, CURLOPT_WRITEFUNCTION) { bytes, _, count, me in
                guard let bytes, let transfer = CurlEasy.from(me: me)?.transfer else { return 0 }
                return transfer.receivedBody(UnsafeRawBufferPointer(start: bytes, count: count))
            })
        try check(
            karbor_curl_easy_set_bytes_callback(handle, CURLOPT_READFUNCTION) { room, size, count, me in
                guard let room, let transfer = CurlEasy.from(me: me)?.transfer else { return Int(CURL_READFUNC_ABORT) }
                return transfer.fillBody(UnsafeMutableRawBufferPointer(start: room, count: size * count))
            })
        try check(
            karbor_curl_easy_set_prereq_callback(handle) { me, _, _, _, _ in
                CurlEasy.from(me: me)?.transfer?.willSend() == true ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            })
    }

    func setUpSockets(_ sockets: EpollSet) throws(CurlFailure) {
        let sockets = Unmanaged.passUnretained(sockets).toOpaque()
        try check(karbor_curl_easy_set_pointer(handle, CURLOPT_OPENSOCKETDATA, sockets))
        try check(karbor_curl_easy_set_pointer(handle, CURLOPT_CLOSESOCKETDATA, sockets))
        try check(
            karbor_curl_easy_set_open_callback(handle) { sockets, _, address in
                guard let address = address?.pointee else { return CURL_SOCKET_BAD }
                return EpollSet.from(sockets)?.open(address.family, address.socktype, address.protocol)
                    ?? CURL_SOCKET_BAD
            })
        try check(
            karbor_curl_easy_set_close_callback(handle) { sockets, socket in
                EpollSet.from(sockets)?.close(socket)
                return 0
            })
    }
}
