import Testing

@testable import OsloConfig

@Suite struct PrecedenceTests {
    private let host = ConfigOption.string("host", default: "default", help: "")
    private let plugin = ConfigOption.multi("plugin", in: "provider", default: ["none"], help: "")
    private let recycle = ConfigOption.string(
        "connection_recycle_time", in: "database", default: "default",
        deprecated: ["idle_timeout", DeprecatedName(group: "DEFAULT", name: "sql_idle_timeout")], help: "")

    @Test func `command line, environment, files, default: the first that has a value gives it`() throws {
        let file = "[DEFAULT]\nhost = file"
        let environment = ["OS_DEFAULT__HOST": "environment", "os_default__host": "no"]
        let override = ConfigurationOverride(host.declaration, values: ["flag"], flag: "--host")
        let all = try configuration(file, environment: environment, overrides: [override])
        #expect(try all.get(host) == "flag")
        #expect(all.origin(of: host) == .commandLine(flag: "--host"))
        let three = try configuration(file, environment: environment)
        #expect(try three.get(host) == "environment")
        #expect(three.origin(of: host) == .environment(variable: "OS_DEFAULT__HOST"))
        let two = try configuration(file)
        #expect(try two.get(host) == "file")
        #expect(two.origin(of: host) == .file(path: "/etc/a.conf", line: 2))
        #expect(two.isSet(host))
        let one = try configuration()
        #expect(try one.get(host) == "default")
        #expect(one.origin(of: host) == .declaration)
        #expect(!one.isSet(host))
    }

    @Test func `of several assignments the last holds, in a file and over files`() throws {
        let text = "[DEFAULT]\nhost = 1\nhost = 2\n[other]\nhost = 3\n[DEFAULT]\nhost = 4"
        #expect(try configuration(text).get(host) == "4")
        #expect(try configuration(text, "[DEFAULT]\nhost = 5\n").get(host) == "5")
        #expect(try configuration(text, "[other]\nhost = 5\n").get(host) == "4")
        #expect(try configuration(text, "[DEFAULT]\nhost =").get(host) == "")
    }

    @Test func `a multi-valued option has all of them, in the order they are read`() throws {
        let files = try configuration(
            "[provider]\nplugin = a\nplugin = b", "[provider]\nplugin = c\n[PROVIDER]\nplugin = d")
        #expect(try files.get(plugin) == ["a", "b", "c", "d"])
        #expect(try configuration("[provider]\nname = x").get(plugin) == ["none"])
        let override = ConfigurationOverride(plugin.declaration, values: ["x", "y"], flag: "--plugin")
        #expect(try configuration("[provider]\nplugin = a", overrides: [override]).get(plugin) == ["x", "y"])
        #expect(try configuration(environment: ["OS_PROVIDER__PLUGIN": "a,b"]).get(plugin) == ["a,b"])
    }

    @Test func `the last of several overrides holds`() throws {
        let overrides = ["one", "two"].map { ConfigurationOverride(host.declaration, values: [$0], flag: "--host") }
        #expect(try configuration(overrides: overrides).get(host) == "two")
    }

    @Test func `groups match without regard to case, DEFAULT and names exactly`() throws {
        let option = ConfigOption.string("a", in: "q", default: "default", help: "")
        #expect(try configuration("[Q]\na = 1").get(option) == "1")
        #expect(try configuration("[q]\nA = 1").get(option) == "default")
        #expect(try configuration("[ q ]\na = 1").get(option) == "default")
        #expect(try configuration("[default]\nhost = 1").get(host) == "default")
        let dashed = ConfigOption.string("two_words", default: "default", help: "")
        #expect(try configuration("[DEFAULT]\ntwo-words = 1").get(dashed) == "default")
    }

    @Test func `older names still work, after the present one of the same file`() throws {
        #expect(try configuration("[database]\nidle_timeout = 1").get(recycle) == "1")
        #expect(try configuration("[DEFAULT]\nsql_idle_timeout = 2").get(recycle) == "2")
        let both = "[database]\nconnection_recycle_time = 3\nidle_timeout = 1"
        #expect(try configuration(both).get(recycle) == "3")
        #expect(try configuration(both, "[database]\nidle_timeout = 4").get(recycle) == "4")
    }

    @Test func `a value may begin with anything the dialect allows`() throws {
        #expect(try configuration("[DEFAULT]\nhost : a\n  b").get(host) == "a\nb")
    }
}
