import Logging

/// Writes what the daemon logs into the trace.
struct TracingLogHandler: LogHandler {
    let world: World
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    init(world: World) { self.world = world }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let pairs = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        world.trace.note(
            world.agenda.elapsed, "\(event.level): " + (["\(event.message)"] + pairs).joined(separator: " "))
    }
}
