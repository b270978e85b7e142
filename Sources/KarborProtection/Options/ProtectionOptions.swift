import Engine
import OsloConfig

/// What the service we replace never had, in `[protection]`.
enum ProtectionOptions {
    private static let name = "protection"

    static let allowExpiredWindow = ConfigOption.seconds(
        "allow_expired_window", in: name, default: 172_800,
        help: "How long after its expiry a user's token is still accepted together with the service token. Must be "
            + "what Keystone's own [token] allow_expired_window says, which Keystone does not publish. Operations end "
            + "before that time is over.")

    static let cleanupReserve = ConfigOption.seconds(
        "cleanup_reserve", in: name, default: 300,
        help: "How long before the end of that window an operation stops, to have time to remove what it made with the "
            + "user's token; never more than a quarter of what is left.")

    static let maxOperationDuration = ConfigOption.seconds(
        "max_operation_duration", in: name, default: 604_800, min: 1,
        help: "The longest an operation may take from its acceptance to its end.")

    static let trusts = ConfigOption.choice(
        "trusts", in: name, default: TrustPolicy.off,
        help:
            "Whether a trust is made for an operation when it is accepted, by which the daemon acts for the user when "
            + "their token is no longer accepted: off, on (for every operation, which works by it from its beginning; a token "
            + "that can make none is refused), auto (only for those whose token is not accepted for "
            + "max_operation_duration; one that can make none goes on without). The trust ends with the operation.")

    static let maxConcurrentOperationsPerProject = ConfigOption.integer(
        "max_concurrent_operations_per_project", in: name, default: 0, min: 0,
        help: "How many operations of one project run at the same time; others wait in the queue, where projects take "
            + "turns. 0: as many as [DEFAULT] max_concurrent_operations lets run.")

    static let maxTasksPerOperation = ConfigOption.integer(
        "max_tasks_per_operation", in: name, default: 64, min: 1, max: 10_000,
        help: "How many resources of one operation are worked on at the same time.")

    static let maxRequestsPerEndpoint = ConfigOption.integer(
        "max_requests_per_endpoint", in: name, default: 64, min: 1, max: 1024,
        help: "How many requests to one service are under way at the same time; others wait for their turn.")

    static let pollInterval = ConfigOption.seconds(
        "poll_interval", in: name, default: 15, min: 0.1,
        help: "Longest time between two looks at a resource whose state is waited for. The first looks are closer "
            + "together. A plugin's own poll_interval goes before this one where its provider file sets it.")

    static let requestTimeout = ConfigOption.seconds(
        "request_timeout", in: name, default: 60, min: 1,
        help: "How long a request of an operation to another service may take. One that did not end in time may still "
            + "have had its effect: that is looked for until 5 seconds later, before it is made again.")

    static let endedOperationsMaxAge = ConfigOption.seconds(
        "ended_operations_max_age", in: name, default: 7_776_000,
        help: "How long after its end an operation is kept in the store with its log, and its restore or verification. "
            + "Checkpoints are not touched. 0: for ever.")

    static let endedOperationsMaxCount = ConfigOption.integer(
        "ended_operations_max_count", in: name, default: 100_000, min: 0,
        help: "How many operations that have ended are kept; the oldest go first. 0: any number.")

    static let group = OptionGroup(
        name, help: "How operations are run.",
        [
            allowExpiredWindow.erased, cleanupReserve.erased, maxOperationDuration.erased, trusts.erased,
            maxConcurrentOperationsPerProject.erased, maxTasksPerOperation.erased, maxRequestsPerEndpoint.erased,
            pollInterval.erased, requestTimeout.erased, endedOperationsMaxAge.erased, endedOperationsMaxCount.erased,
        ])
}
