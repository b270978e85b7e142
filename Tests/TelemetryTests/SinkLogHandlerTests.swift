import Logging
import Telemetry
import Testing

@Suite struct SinkLogHandlerTests {
    private let sink = MemorySink()

    private func logger(_ control: LogControl, provider: Logger.MetadataProvider? = nil) -> Logger {
        Logger(label: "karbor.test") { SinkLogHandler(label: $0, control: control, metadataProvider: provider) }
    }

    @Test func `metadata of the line wins over the provider's and that over the logger's`() throws {
        let provider = Logger.MetadataProvider { ["a": "provider", "b": "provider"] }
        let control = LogControl(level: .info, sinks: [sink])
        var logger = logger(control, provider: provider)
        logger[metadataKey: "a"] = "logger"
        logger[metadataKey: "c"] = "logger"
        logger.info("hello", metadata: ["b": "line"])
        #expect(control.flush(within: .seconds(30)))
        let record = try #require(sink.records.first)
        #expect(record["a"] == "provider")
        #expect(record["b"] == "line")
        #expect(record["c"] == "logger")
        #expect(logger[metadataKey: "c"] == "logger")
        #expect(record.logger == "karbor.test")
        #expect(record.message == "hello")
        #expect(record.level == .info)
    }

    @Test func `a reload changes the level of loggers that exist already`() {
        let control = LogControl(level: .info, sinks: [sink])
        let logger = logger(control)
        logger.debug("unheard")
        control.level = .debug
        logger.debug("heard")
        control.level = .critical
        logger.error("unheard again")
        #expect(control.flush(within: .seconds(30)))
        #expect(sink.records.map(\.message) == ["heard"])
    }

    @Test func `a level set for one logger stays with it`() {
        let control = LogControl(level: .info, sinks: [sink])
        var own = logger(control)
        own.logLevel = .error
        control.level = .trace
        own.info("unheard")
        logger(control).trace("heard")
        #expect(control.flush(within: .seconds(30)))
        #expect(sink.records.map(\.message) == ["heard"])
    }

    @Test func `every level survives being set`() {
        let control = LogControl(level: .info, sinks: [])
        for level in Logger.Level.allCases {
            control.level = level
            #expect(control.level == level)
        }
    }

    @Test func `every sink gets every line`() {
        let second = MemorySink()
        let control = LogControl(level: .info, sinks: [sink, second])
        logger(control).warning("twice")
        #expect(control.flush(within: .seconds(30)))
        #expect(sink.records.count == 1)
        #expect(second.records.count == 1)
    }
}
