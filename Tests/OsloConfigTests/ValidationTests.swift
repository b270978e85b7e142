import Telemetry
import Testing

@testable import OsloConfig

@Suite struct ValidationTests {
    private let options = [
        ConfigOption.boolean("debug", default: false, help: "").erased,
        ConfigOption.integer("report_interval", default: 10, min: 0, help: "").erased,
        ConfigOption.integer("periodic_interval", default: 60, help: "").withoutEffect.erased,
        ConfigOption<Secret<String>?>.secret("password", in: "trustee", help: "").erased,
        ConfigOption.string("username", in: "trustee", default: "", deprecated: ["user_name"], help: "").erased,
        ConfigOption.string("username", in: "service_user", default: "", help: "").erased,
    ]

    private func problems(_ texts: String..., environment: [String: String] = [:]) throws -> [String] {
        switch texts.count {
        case 0: try configuration(options: options, environment: environment).validate().map(\.description)
        case 1: try configuration(texts[0], options: options, environment: environment).validate().map(\.description)
        default:
            try configuration(texts[0], texts[1], options: options, environment: environment).validate()
                .map(\.description)
        }
    }

    @Test func `a configuration that is right has no problems`() throws {
        #expect(try problems() == [])
        #expect(try problems("[DEFAULT]\ndebug = on\n[trustee]\npassword = a$$b\n[TRUSTEE]\nusername = k") == [])
    }

    @Test func `every wrong value is told, not only the first`() throws {
        #expect(
            try problems("[DEFAULT]\nreport_interval = soon\ndebug = maybe") == [
                "error: /etc/a.conf:2: [DEFAULT] report_interval: expected a whole number of at least 0, found \"soon\"",
                "error: /etc/a.conf:3: [DEFAULT] debug: expected true, 1, on, yes, false, 0, off or no, found \"maybe\"",
            ])
        #expect(
            try problems("[DEFAULT]\nperiodic_interval = x").first?.hasPrefix("error: /etc/a.conf:2:") == true,
            "also of an option without effect")
        #expect(
            try problems(environment: ["OS_DEFAULT__DEBUG": "maybe"]).first?
                .hasPrefix("error: environment variable OS_DEFAULT__DEBUG: [DEFAULT] debug: ") == true)
    }

    @Test func `an unknown group or option is a warning with file and line`() throws {
        let found = try problems(
            "[DEFAULT]\ndebug = true\n", "# made up\n[made_up]\nthing = 1\n[DEFAULT]\nother = secret\n[empty]")
        #expect(
            found == [
                "warning: /etc/b.conf:2: [made_up]: no such group, ignored",
                "warning: /etc/b.conf:3: [made_up] thing: no such option, ignored",
                "warning: /etc/b.conf:5: [DEFAULT] other: no such option, ignored",
                "warning: /etc/b.conf:6: [empty]: no such group, ignored",
            ])
    }

    @Test func `what was probably meant is said`() throws {
        let found = try problems(
            "[default]\n[DEFAULT]\nreport-interval = 5\nDebug = 1\npassword = x\nusername = y\n[ Trustee ]\n")
        #expect(
            found == [
                "warning: /etc/a.conf:1: [default]: no such group, ignored, did you mean [DEFAULT]?",
                "warning: /etc/a.conf:3: [DEFAULT] report-interval: no such option, ignored, did you mean report_interval?",
                "warning: /etc/a.conf:4: [DEFAULT] Debug: no such option, ignored, did you mean debug?",
                "warning: /etc/a.conf:5: [DEFAULT] password: no such option, ignored, did you mean [trustee] password?",
                "warning: /etc/a.conf:6: [DEFAULT] username: no such option, ignored",
                "warning: /etc/a.conf:7: [ Trustee ]: no such group, ignored, did you mean [trustee]?",
            ])
    }

    @Test func `an older name is a warning and an option without effect a notice`() throws {
        let found = try configuration(
            "[trustee]\nuser_name = k\n[DEFAULT]\nperiodic_interval = 5", options: options
        ).validate()
        #expect(
            found.map(\.description) == [
                "warning: /etc/a.conf:2: [trustee] user_name: deprecated, now [trustee] username",
                "notice: /etc/a.conf:4: [DEFAULT] periodic_interval: accepted, has no effect here",
            ])
        #expect(found.map(\.severity) == [.warning, .notice])
        #expect(ConfigurationProblem.Severity.error > .warning)
        #expect(ConfigurationProblem.Severity.warning > .notice)
    }

    @Test func `a variable that means no option is told, the clients' own are not`() throws {
        let environment = ["OS_AUTH_URL": "x", "OS_DEFAULT__DEBGU": "1", "OS_TRUSTEE__PASSWORD": "p", "HOME": "/"]
        #expect(
            try problems(environment: environment) == [
                "warning: environment variable OS_DEFAULT__DEBGU: [DEFAULT] DEBGU: no such option, ignored"
            ])
    }

    @Test func `a broken option that many name is told once`() throws {
        let path = ConfigOption.string("path", default: "$nothing", help: "")
        let users = (0..<5).map { ConfigOption.string("user\($0)", default: "$path", help: "").erased }
        let found = try configuration(options: [path.erased] + users).validate()
        #expect(found.count == 1)
        #expect(found.first?.option == "path")
    }

    @Test func `a registry tells of its own mistakes`() {
        let one = ConfigOption.string("one", default: "", help: "")
        let clash = ConfigOption.string("two", default: "", deprecated: ["one"], help: "")
        var registry = OptionRegistry([OptionGroup([one.erased])])
        #expect(registry.mistakes.isEmpty)
        registry.add(OptionGroup([one.erased, clash.erased]))
        registry.add(OptionGroup("other", help: "", [one.erased]))
        #expect(
            registry.mistakes == [
                "[DEFAULT] one is declared twice", "[DEFAULT] one is a spelling of two options",
                "[DEFAULT] one is listed in [other]",
            ])
        #expect(registry.options.map(\.declaration.name) == ["one", "two"])
        #expect(registry.groups.map(\.name) == ["DEFAULT", "other"])
    }
}
