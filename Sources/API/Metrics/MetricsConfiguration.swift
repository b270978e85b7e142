/// What the operator decides about the metrics' listener; the names in parentheses are the options of `[metrics]`.
package struct MetricsConfiguration: Sendable {
    /// `listen`
    package var host: String
    /// `port`; 0 takes a free one.
    package var port: Int
    package var limits: APIConfiguration.Limits

    package init(host: String = "127.0.0.1", port: Int) {
        self.host = host
        self.port = port
        limits = APIConfiguration.Limits()
        // One monitoring system or two, and whoever looks by hand.
        limits.connections = 16
    }
}
