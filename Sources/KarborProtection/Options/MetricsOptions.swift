import OsloConfig

/// The metrics, in `[metrics]`: what the service we replace never had.
enum MetricsOptions {
    private static let name = "metrics"

    static let listen = ConfigOption.host(
        "listen", in: name, default: "127.0.0.1",
        help: "Address that the metrics are read at. No token is asked for: let only the monitoring system reach it.")

    static let port = ConfigOption<Int?>.port(
        "port", in: name,
        help: "Port that the metrics are read at, by GET /metrics as OpenMetrics text. 0: any free one, which the log "
            + "names. Unset: there are no metrics.")

    static let group = OptionGroup(name, help: "Figures for a monitoring system.", [listen.erased, port.erased])
}
