import CCurl
import Dispatch
import Glibc

/// libcurl's multi handle with the sockets and the one timer that it asks for.
///
/// It does nothing by itself: whoever owns it calls `socketsAreReady` and `timeHasCome` when told to by the closures given
/// at the start, and takes out what is done after each. It belongs to the loop's queue, and so do its C callbacks, which
/// run only inside of these calls.
final class CurlMulti {
    private let handle: UnsafeMutableRawPointer
    let sockets: EpollSet
    private let callSoon: @Sendable () -> Void

    /// When libcurl wants `timeHasCome` to be called; nil is never. What is due at once is called by `callSoon`.
    private(set) var due: ContinuousClock.Instant?

    init(
        queue: DispatchQueue, connectionLimit: Int, ready: @escaping @Sendable () -> Void,
        callSoon: @escaping @Sendable () -> Void
    ) throws(CurlFailure) {
        if let failure = CurlLibrary.failure { throw CurlFailure(failure) }
        let sockets = try EpollSet(queue: queue, ready: ready)
        guard let handle = curl_multi_init() else { throw CurlFailure(CURLE_OUT_OF_MEMORY) }
        self.handle = handle
        self.sockets = sockets
        self.callSoon = callSoon
        let me = Unmanaged.passUnretained(self).toOpaque()
        try Self.check(karbor_curl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, connectionLimit))
        try Self.check(karbor_curl_multi_set_pointer(handle, CURLMOPT_SOCKETDATA, me))
        try Self.check(
            karbor_curl_multi_set_socket_callback(handle) { _, socket, what, me, _ in
                CurlMulti.from(me)?.watch(socket, what)
                return 0
            })
        try Self.check(karbor_curl_multi_set_pointer(handle, CURLMOPT_TIMERDATA, me))
        try Self.check(
            karbor_curl_multi_set_timer_callback(handle) { _, milliseconds, me in
                CurlMulti.from(me)?.setTimer(milliseconds)
                return 0
            })
    }

    /// Closes all connections. By then every easy handle must have been removed.
    deinit {
        // Closing tells of sockets and timers, and nobody is there any more to hear of it.
        karbor_curl_multi_set_socket_callback(handle, nil)
        karbor_curl_multi_set_timer_callback(handle, nil)
        curl_multi_cleanup(handle)
    }

    func add(_ easy: CurlEasy) throws(CurlFailure) {
        try Self.check(curl_multi_add_handle(handle, easy.handle))
    }

    /// Takes it out; if it is not done yet, its connection is closed.
    func remove(_ easy: CurlEasy) {
        curl_multi_remove_handle(handle, easy.handle)
    }

    /// False where none was.
    func socketsAreReady() -> Bool {
        sockets.forEachReady { socket, events in
            var mask: Int32 = 0
            if events & EPOLLIN.rawValue != 0 { mask |= CURL_CSELECT_IN }
            if events & EPOLLOUT.rawValue != 0 { mask |= CURL_CSELECT_OUT }
            if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { mask |= CURL_CSELECT_ERR }
            act(socket, mask)
        }
    }

    func timeHasCome() {
        // libcurl takes its timer for spent by this call: it says so again if it still wants one, and nothing if not.
        due = nil
        act(CURL_SOCKET_TIMEOUT, 0)
    }

    /// The next transfer that has ended, and how.
    func nextDone() -> (CurlEasy, CURLcode)? {
        var left: Int32 = 0
        while let message = curl_multi_info_read(handle, &left) {
            if message.pointee.msg == CURLMSG_DONE, let easy = CurlEasy.from(message.pointee.easy_handle) {
                return (easy, karbor_curl_message_result(message))
            }
        }
        return nil
    }

    private static func check(_ code: CURLMcode) throws(CurlFailure) {
        guard code == CURLM_OK else { throw CurlFailure(code) }
    }

    private func act(_ socket: Int32, _ mask: Int32) {
        var running: Int32 = 0
        // It fails for a socket that libcurl has closed since the kernel told of it, of which nothing follows.
        _ = curl_multi_socket_action(handle, socket, mask, &running)
    }

    // MARK: - Called by libcurl, inside of the calls above

    private static func from(_ me: UnsafeMutableRawPointer?) -> CurlMulti? {
        me.map { Unmanaged.fromOpaque($0).takeUnretainedValue() }
    }

    private func watch(_ socket: Int32, _ what: Int32) {
        let events: UInt32 =
            switch what {
            case CURL_POLL_IN: EPOLLIN.rawValue
            case CURL_POLL_OUT: EPOLLOUT.rawValue
            case CURL_POLL_INOUT: EPOLLIN.rawValue | EPOLLOUT.rawValue
            default: 0
            }
        sockets.watch(socket, for: events)
    }

    private func setTimer(_ milliseconds: Int) {
        switch milliseconds {
        case ..<0: due = nil
        case 0: callSoon()
        default: due = .now + .milliseconds(milliseconds)
        }
    }
}
