import OsloConfig

/// How tokens of callers are validated, in `[keystone_authtoken]`: keystonemiddleware's group.
enum KeystoneAuthTokenOptions {
    private static let name = "keystone_authtoken"

    static let credential = CredentialOptions(in: name)

    static let wwwAuthenticateURI = ConfigOption<String?>.string(
        "www_authenticate_uri", in: name, deprecated: ["auth_uri"],
        help: "Keystone's address as callers without a valid token are told it.")

    static let serviceTokenRoles = ConfigOption.list(
        "service_token_roles", in: name, default: ["service"],
        help: "Roles of which a caller's service token must have one, for an expired user token to be accepted with it."
    )

    static let serviceTokenRolesRequired = ConfigOption.boolean(
        "service_token_roles_required", in: name, default: true,
        help: "Refuse requests whose service token has none of these roles.")

    /// Whole seconds and not a duration: -1 is no time.
    static let tokenCacheTime = ConfigOption.integer(
        "token_cache_time", in: name, default: 300, min: -1, max: 86_400,
        help: "Seconds for which the answer about a token is remembered. -1: not at all, so that a revoked token is "
            + "refused at once.")

    static let group = OptionGroup(
        name, help: "How this service validates the tokens of its callers.",
        [
            wwwAuthenticateURI.erased, serviceTokenRoles.erased, serviceTokenRolesRequired.erased,
            tokenCacheTime.erased,
        ] + credential.options + withoutEffect)

    private static let withoutEffect: [AnyConfigOption] = [
        ConfigOption<String?>.string("region_name", in: name, help: "Region of the Keystone that is asked.")
            .withoutEffect.erased,
        ConfigOption.string("interface", in: name, default: "internal", help: "Interface of that Keystone.")
            .withoutEffect.erased,
        ConfigOption<String?>.string("auth_version", in: name, help: "Version of the Identity API.")
            .withoutEffect.erased,
        ConfigOption.boolean("delay_auth_decision", in: name, default: false, help: "Leave refusing to the service.")
            .withoutEffect.erased,
        ConfigOption<Int?>.integer("http_connect_timeout", in: name, help: "Seconds to connect.").withoutEffect.erased,
        ConfigOption.integer("http_request_max_retries", in: name, default: 3, help: "Repeated requests.")
            .withoutEffect.erased,
        ConfigOption<String?>.string("cache", in: name, help: "Key of the cache in the environment.")
            .withoutEffect.erased,
        ConfigOption.boolean("include_service_catalog", in: name, default: true, help: "Ask for the catalogue.")
            .withoutEffect.erased,
        ConfigOption.string("enforce_token_bind", in: name, default: "permissive", help: "Token binding.")
            .withoutEffect.erased,
        ConfigOption<String?>.string("service_type", in: name, help: "Type of this service, for access rules.")
            .withoutEffect.erased,
        ConfigOption.list("memcached_servers", in: name, deprecated: ["memcache_servers"], help: "Shared cache.")
            .withoutEffect.erased,
        ConfigOption.choice(
            "memcache_security_strategy", in: name, ["None", "MAC", "ENCRYPT"], default: "None",
            help: "Protection of that cache."
        ).withoutEffect.erased,
        ConfigOption.secret("memcache_secret_key", in: name, default: "", help: "Key of that protection.")
            .withoutEffect.erased,
        ConfigOption.integer("memcache_pool_dead_retry", in: name, default: 300, help: "Seconds until a dead one.")
            .withoutEffect.erased,
        ConfigOption.integer("memcache_pool_maxsize", in: name, default: 10, help: "Connections to it.")
            .withoutEffect.erased,
        ConfigOption.integer("memcache_pool_socket_timeout", in: name, default: 3, help: "Seconds to wait for it.")
            .withoutEffect.erased,
        ConfigOption.integer("memcache_pool_unused_timeout", in: name, default: 60, help: "Seconds kept unused.")
            .withoutEffect.erased,
        ConfigOption.integer("memcache_pool_conn_get_timeout", in: name, default: 10, help: "Seconds to get one.")
            .withoutEffect.erased,
        ConfigOption.boolean("memcache_use_advanced_pool", in: name, default: true, help: "Kind of pool.")
            .withoutEffect.erased,
    ]
}
