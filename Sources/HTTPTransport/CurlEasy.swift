import CCurl
import Glibc
import HTTPTypes
import Loop

/// One of libcurl's easy handles, used for one request after another, with its error buffer and header list.
///
/// Options that never change are set once. It belongs to the loop's queue; its callbacks run inside of calls into
/// libcurl, and reach the transfer that uses it at the time.
final class CurlEasy {
    // What a callback returns instead of a number of bytes.
    static let pauseReceiving = Int(CURL_WRITEFUNC_PAUSE)
    static let pauseSending = Int(CURL_READFUNC_PAUSE)
    static let abortSending = Int(CURL_READFUNC_ABORT)

    /// What is set once and for all, so that a handle serves only requests of its kind.
    struct Kind: Hashable {
        var trust: TLSTrust
        /// Whether a body may be large: libcurl takes more room for it then, and more at a time.
        var isStreamed: Bool
    }

    let handle: UnsafeMutableRawPointer
    let kind: Kind
    /// Whom the callbacks serve. Held by the transport as long as it is here.
    var transfer: Transfer?

    private var fields: UnsafeMutablePointer<curl_slist>?
    private var line: [UInt8] = []
    let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    /// Its connections' sockets are made and closed by `sockets`, which must outlive it and them.
    init(_ kind: Kind, configuration: TransportConfiguration, sockets: EpollSet) throws(CurlFailure) {
        guard let handle = curl_easy_init() else { throw CurlFailure(CURLE_OUT_OF_MEMORY) }
        self.handle = handle
        self.kind = kind
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try setUp(configuration)
        try setUpTrust()
        try setUpCallbacks()
        try setUpSockets(sockets)
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(fields)
        errorText.deallocate()
    }

    static func from(_ handle: UnsafeMutableRawPointer?) -> CurlEasy? {
        var me: UnsafeMutableRawPointer?
        guard let handle, karbor_curl_easy_get_pointer(handle, CURLINFO_PRIVATE, &me) == CURLE_OK else { return nil }
        return from(me: me)
    }

    static func from(me: UnsafeMutableRawPointer?) -> CurlEasy? {
        me.map { Unmanaged.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: - For one request

    /// Makes it ready for `plan`; everything that an earlier request set and this one does not is put back.
    func prepare(_ plan: RequestPlan) throws(CurlFailure) {
        errorText[0] = 0
        try set(CURLOPT_URL, plan.url)
        try set(CURLOPT_CONNECTTIMEOUT_MS, plan.connectTimeout.wholeMilliseconds)
        try prepareBody(plan)
        try prepareFields(plan)
    }

    /// After the request: lets go of its body, its header fields and its transfer.
    func finish() {
        transfer = nil
        // Neither can fail: they put back to nothing what has been set before.
        _ = karbor_curl_easy_set_string(handle, CURLOPT_COPYPOSTFIELDS, nil)
        _ = karbor_curl_easy_set_pointer(handle, CURLOPT_HTTPHEADER, nil)
        curl_slist_free_all(fields)
        fields = nil
    }

    private func prepareBody(_ plan: RequestPlan) throws(CurlFailure) {
        try set(CURLOPT_HTTPGET, 1)
        var name: String?
        var expectsBody = false
        switch plan.verb {
        case .get: name = nil
        case .head: try set(CURLOPT_NOBODY, 1)
        case .other(let method, let expects):
            name = method
            expectsBody = expects
        }
        switch plan.body {
        case .none where expectsBody: try setBody([])
        case .none: break
        case .bytes(let bytes):
            try setBody(bytes)
            name = name ?? "GET"
        case .stream(let length, _):
            try set(CURLOPT_UPLOAD, 1)
            try check(
                karbor_curl_easy_set_offset(handle, CURLOPT_INFILESIZE_LARGE, length.map { curl_off_t($0) } ?? -1))
            name = name ?? "GET"
        }
        try set(CURLOPT_CUSTOMREQUEST, name)
    }

    private func setBody(_ bytes: [UInt8]) throws(CurlFailure) {
        try set(CURLOPT_POST, 1)
        try check(karbor_curl_easy_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
        guard !bytes.isEmpty else { return try set(CURLOPT_COPYPOSTFIELDS, "") }
        let code = bytes.withUnsafeBytes {
            karbor_curl_easy_set_string(handle, CURLOPT_COPYPOSTFIELDS, $0.bindMemory(to: CChar.self).baseAddress)
        }
        try check(code)
    }

    private func prepareFields(_ plan: RequestPlan) throws(CurlFailure) {
        for field in plan.fields { try append(field) }
        if plan.sendsBody {
            // libcurl would wait a second for leave to send larger bodies unasked, and call every body a form's.
            try append(plan.expectsContinue ? "Expect: 100-continue" : "Expect:")
            if plan.fields[.contentType] == nil { try append("Content-Type:") }
        }
        try check(karbor_curl_easy_set_pointer(handle, CURLOPT_HTTPHEADER, fields))
    }

    private func append(_ field: HTTPField) throws(CurlFailure) {
        line.removeAll(keepingCapacity: true)
        line.append(contentsOf: field.name.rawName.utf8)
        field.withUnsafeBytesOfValue { value in
            // libcurl takes a name with nothing after its colon for one to leave out; a semicolon says that it is empty.
            line.append(UInt8(ascii: value.isEmpty ? ";" : ":"))
            line.append(contentsOf: value)
        }
        line.append(0)
        let longer = line.withUnsafeBytes { curl_slist_append(fields, $0.bindMemory(to: CChar.self).baseAddress) }
        guard let longer else { throw CurlFailure(CURLE_OUT_OF_MEMORY) }
        fields = longer
    }

    private func append(_ line: String) throws(CurlFailure) {
        guard let longer = curl_slist_append(fields, line) else { throw CurlFailure(CURLE_OUT_OF_MEMORY) }
        fields = longer
    }

    /// What libcurl says about the last failure.
    func message(for code: CURLcode) -> String {
        errorText[0] == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
    }

    /// Lets both directions go on, but for those that are named.
    func resume(stillPaused: (download: Bool, upload: Bool)) -> CURLcode {
        var mask = CURLPAUSE_CONT
        if stillPaused.download { mask |= CURLPAUSE_RECV }
        if stillPaused.upload { mask |= CURLPAUSE_SEND }
        return curl_easy_pause(handle, mask)
    }

    // MARK: - What the answer says

    var status: Int {
        var status = 0
        _ = karbor_curl_easy_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        return status
    }

    /// The announced length of the body; nil if there is none.
    var contentLength: Int64? {
        var length: curl_off_t = -1
        _ = karbor_curl_easy_get_offset(handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length)
        return length >= 0 ? Int64(length) : nil
    }

    /// The last head's fields.
    var headerFields: AnswerFields {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        var header: UnsafeMutablePointer<curl_header>?
        while let next = curl_easy_nextheader(handle, UInt32(CURLH_HEADER), -1, header) {
            header = next
            for text in [next.pointee.name, next.pointee.value] {
                guard let text else { continue }
                bytes.append(contentsOf: UnsafeRawBufferPointer(start: text, count: strlen(text) + 1))
            }
        }
        return .received(bytes)
    }

    // MARK: - Options

    func set(_ option: CURLoption, _ value: Int) throws(CurlFailure) {
        try check(karbor_curl_easy_set_long(handle, option, value))
    }

    func set(_ option: CURLoption, _ value: String?) throws(CurlFailure) {
        // Handed over as it is, it would be copied to an array first.
        let code = value.map { $0.withCString { karbor_curl_easy_set_string(handle, option, $0) } }
        try check(code ?? karbor_curl_easy_set_string(handle, option, nil))
    }

    func check(_ code: CURLcode) throws(CurlFailure) {
        guard code == CURLE_OK else { throw CurlFailure(code) }
    }
}

extension Duration {
    /// At least 1, since 0 is libcurl's own default; at most a day.
    fileprivate var wholeMilliseconds: Int {
        let bounded = min(max(self, .milliseconds(1)), .seconds(86_400))
        return Int(bounded / .milliseconds(1))
    }
}
