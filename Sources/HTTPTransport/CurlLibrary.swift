import CCurl
import Glibc

/// libcurl's process-wide state, which must be set up before anything else of it is used.
enum CurlLibrary {
    /// Nil if all is well. Set up once, by whoever comes first.
    static let failure: String? = {
        let code = curl_global_init(Int(CURL_GLOBAL_ALL))
        guard code == CURLE_OK else { return String(cString: curl_easy_strerror(code)) }
        ignoreBrokenPipes()
        return nil
    }()

    /// We forbid libcurl to touch signals (it would do so for each call, and not for other threads), so that a peer which
    /// closes while we write could end the process by SIGPIPE. Somebody's own handler is left alone.
    private static func ignoreBrokenPipes() {
        var current = sigaction()
        guard sigaction(SIGPIPE, nil, &current) == 0, current.__sigaction_handler.sa_handler == nil else { return }
        signal(SIGPIPE, SIG_IGN)
    }
}

/// A call into libcurl that failed though nothing outside can be the reason: no memory, or a library built without
/// something that we need.
struct CurlFailure: Error {
    let message: String

    init(_ code: CURLcode) {
        message = String(cString: curl_easy_strerror(code))
    }

    init(_ code: CURLMcode) {
        message = String(cString: curl_multi_strerror(code))
    }

    init(_ message: String) {
        self.message = message
    }
}
