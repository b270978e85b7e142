import Telemetry
import Testing

@testable import OsloConfig

@Suite struct SampleFileTests {
    @Test func `each option is explained, then shown with its default`() {
        let registry = OptionRegistry([
            OptionGroup(
                [
                    ConfigOption.string(
                        "state_path", default: "/var/lib/karbor", deprecated: ["pybasedir"],
                        help: "Where the daemon keeps what it must not lose."
                    )
                    .erased,
                    ConfigOption<String?>.string("host", sample: "<this machine's name>", help: "A name.").erased,
                    ConfigOption.integer("report_interval", default: 10, min: 0, help: "Seconds.").withoutEffect.erased,
                    ConfigOption.integer("thread_count", default: 10, min: 0, help: "Threads.").erased,
                    ConfigOption.boolean("idle", default: true, help: "Idle.").withoutEffect.erased,
                ]),
            OptionGroup(
                "trustee", help: "Who the daemon is.",
                [
                    ConfigOption.secret("password", default: "hunter2", help: "The password.").erased,
                    ConfigOption.choice("auth_type", in: "trustee", ["a", "b"], default: "a", help: "How.").erased,
                    ConfigOption.secret("key", in: "trustee", default: "hunter2", help: "A key.").erased,
                    ConfigOption.multi("many", in: "trustee", default: ["1", " 2"], help: "Some.").erased,
                    ConfigOption.string("none", in: "trustee", default: "", help: "Nothing.").erased,
                    ConfigOption.seconds("wait", in: "trustee", default: 1.5, help: "A time.").erased,
                ]),
        ])
        #expect(
            SampleFile.render(registry) == """
                [DEFAULT]

                # Where the daemon keeps what it must not lose. (string value)
                # Deprecated group/name - [DEFAULT]/pybasedir
                #state_path = /var/lib/karbor

                # A name. (string value)
                #host = <this machine's name>

                # Threads. (integer value)
                # Minimum value: 0
                #thread_count = 10

                # Accepted for existing files, without effect here: report_interval, idle


                [trustee]

                # Who the daemon is.

                # How. (string value)
                # Possible values: a, b
                #auth_type = a

                # A key. (string value)
                #key = <None>

                # Some. (multi valued)
                #many = 1
                #many = " 2"

                # Nothing. (string value)
                #none =

                # A time. (seconds)
                # Minimum value: 0
                #wait = 1.5

                """)
        #expect(registry.mistakes == ["[DEFAULT] password is listed in [trustee]"])
    }

    @Test func `no line is wider than a terminal, unless a word is`() {
        let word = String(repeating: "w", count: 90)
        let help =
            "Some words that go on and on until the line is full and a little beyond it. \(word) More.\nNew line."
        let text = SampleFile.render(
            OptionRegistry([OptionGroup("DEFAULT", help: help, [ConfigOption.port("p", default: 1, help: help).erased])]
            ))
        for line in text.split(separator: "\n") where !line.contains(word) { #expect(line.count <= SampleFile.width) }
        #expect(text.contains("\n# \(word)\n# More.\n# New line. (port value)\n"))
    }

    @Test func `taking the marks off gives the defaults again`() throws {
        let text = ConfigOption.string("text", default: " '$$x' ", help: "")
        let quoted = ConfigOption.string("quoted", default: "\"q\"", help: "")
        let list = ConfigOption.list("list", default: ["a", "b"], help: "")
        let options = [text.erased, quoted.erased, list.erased]
        let sample = SampleFile.render(registry(of: options))
        let live = sample.split(separator: "\n").map { line in
            line.hasPrefix("#") && !line.hasPrefix("# ") ? line.dropFirst() : line
        }.joined(separator: "\n")
        let read = try configuration(live, options: options)
        #expect(try read.get(text) == " '$x' ")
        #expect(try read.get(quoted) == "\"q\"")
        #expect(try read.get(list) == ["a", "b"])
        #expect(read.isSet(text) && read.isSet(quoted) && read.isSet(list))
        #expect(read.validate() == [])
    }
}
