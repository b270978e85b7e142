/// What the operator decides about the API; the names in parentheses are the options of `karbor.conf`.
package struct APIConfiguration: Sendable {
    /// `osapi_karbor_listen`
    package var host = "0.0.0.0"
    /// `osapi_karbor_listen_port`; 0 takes a free one.
    package var port = 8799
    /// `osapi_max_limit`: the most rows in one answer, and how many there are where none are asked for.
    package var maxLimit = 1000
    /// `osapi_karbor_base_URL`
    package var baseURL: String?
    /// `use_forwarded_for`
    package var usesForwardedFor = false
    /// `[keystone_authtoken] www_authenticate_uri`
    package var wwwAuthenticateURI: String?
    /// `quota_plans`; negative is without limit.
    package var quotaPlans = 50
    /// `quota_checkpoints`
    package var quotaCheckpoints = -1
    /// `service_down_time`
    package var serviceDownTime: Duration = .seconds(60)
    package var filters = Filters()
    package var limits = Limits()

    package init() {}

    /// What users who are no admins may filter by.
    package struct Filters: Sendable {
        /// `query_plan_filters`
        package var plans = ["status", "name", "description"]
        /// `query_restore_filters`
        package var restores = ["status"]
        /// `query_verification_filters`
        package var verifications = ["status"]
        /// `query_provider_filters`
        package var providers = ["name", "description"]
        /// `query_checkpoint_filters`
        package var checkpoints = ["project_id", "plan_id", "start_date", "end_date"]
        /// `query_operation_log_filters`
        package var operationLogs = ["checkpoint_id", "plan_id", "restore_id", "status"]

        package init() {}
    }

    /// What a client may use up.
    package struct Limits: Sendable {
        package var bodyBytes = 1 << 20
        /// The path and query of a request.
        package var targetBytes = 8 << 10
        /// The resources of a plan. With the least that there is to say of each, a body holds hardly more.
        package var resources = 10_000
        /// What a page of checkpoints holds, roughly; the one that goes beyond it is the last.
        package var pageBytes = 4 << 20
        /// One header; a token that holds a catalogue is the largest there is.
        package var headerBytes = 16 << 10
        package var headersBytes = 64 << 10
        package var headerCount = 100
        /// With as many open, the one that has kept us waiting longest makes room for the next; where none waits for its
        /// client, new ones wait in the listen queue.
        package var connections = 512
        /// After which a connection is closed on which nothing comes between two requests.
        package var idle: Duration = .seconds(60)
        /// In which the head of a request comes whole, however steadily it drips.
        package var head: Duration = .seconds(10)
        /// In which its body does. Counts from the head on, so that it leaves Keystone its time to know the caller.
        package var body: Duration = .seconds(60)
        /// In which the store answers `/readyz`.
        package var probe: Duration = .seconds(2)
        /// How long a client may go on sending what is not read any more.
        package var linger: Duration = .seconds(2)

        package init() {}
    }
}
