import OsloConfig

/// The REST API, in `[DEFAULT]`.
enum APIOptions {
    /// How callers are known.
    enum AuthStrategy: String, CaseIterable, Sendable {
        case keystone
        case noauth
    }

    static let listen = ConfigOption.host(
        "osapi_karbor_listen", default: "0.0.0.0", help: "Address the REST API listens on.")

    static let port = ConfigOption.port(
        "osapi_karbor_listen_port", default: 8799, help: "Port the REST API listens on. 0: any free one.")

    static let authStrategy = ConfigOption.choice(
        "auth_strategy", default: AuthStrategy.keystone,
        help: "How callers prove who they are. noauth is known, and refused at start: operations need a real token.")

    static let maxLimit = ConfigOption.integer(
        "osapi_max_limit", default: 1000, min: 1, help: "Most items that one answer lists; more come page by page.")

    static let baseURL = ConfigOption<String?>.string(
        "osapi_karbor_base_URL",
        help: "Begin of the links in answers, where callers reach the API by another address than it sees, as behind a "
            + "proxy. Unset: as the request has it.")

    static let usesForwardedFor = ConfigOption.boolean(
        "use_forwarded_for", default: false,
        help: "Take a caller's address from X-Forwarded-For. Only where a proxy in front sets it.")

    static let serviceDownTime = ConfigOption.seconds(
        "service_down_time", default: 60,
        help: "Time without a sign of life after which GET /os-services shows a service as down.")

    static let group = OptionGroup(
        [
            listen.erased, port.erased, authStrategy.erased, maxLimit.erased, baseURL.erased, usesForwardedFor.erased,
            serviceDownTime.erased,
        ] + FilterOptions.options)
}
