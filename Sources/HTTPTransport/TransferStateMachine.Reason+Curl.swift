import CCurl

extension TransferStateMachine.Reason {
    /// What libcurl's result means; nil is success. `phase` is how far the request had come.
    init?(_ code: CURLcode, message: @autoclosure () -> String, phase: TransferStateMachine.Phase) {
        let meaning: TransportError.Code? =
            switch code {
            case CURLE_OK: nil
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolve
            // A handshake that breaks off says nothing of certificates: a balancer without a server behind it ends it so.
            // What is refused has a code of its own, below.
            case CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR: .connect
            // The only time limit that libcurl is given is the one for connecting.
            case CURLE_OPERATION_TIMEDOUT: .timeout
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CLIENTCERT, CURLE_SSL_CIPHER,
                CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
                CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED,
                CURLE_SSL_INVALIDCERTSTATUS:
                .tls
            case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
                CURLE_HTTP2_STREAM, CURLE_SEND_FAIL_REWIND:
                .reset
            // A first line that is not HTTP's is taken for the protocol's version 0.9, which is refused.
            case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING,
                CURLE_BAD_FUNCTION_ARGUMENT:
                .malformedResponse
            case CURLE_URL_MALFORMAT: .invalidRequest
            // One header line that is longer than libcurl holds.
            case CURLE_OUT_OF_MEMORY where phase == .asked: .headersTooLarge
            default: .library
            }
        guard let meaning else { return nil }
        self.init(code: meaning, message: message())
    }
}
