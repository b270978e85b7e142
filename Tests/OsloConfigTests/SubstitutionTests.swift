import Telemetry
import Testing

@testable import OsloConfig

@Suite struct SubstitutionTests {
    private static let path = ConfigOption.string("state_path", default: "/var/lib/karbor", help: "")
    private static let port = ConfigOption.port("port", default: 8799, help: "")
    private static let none = ConfigOption<String?>.string("none", help: "")
    private static let here = ConfigOption.string("name", in: "database", default: "in_group", help: "")
    private static let there = ConfigOption.string("name", default: "in_default", help: "")
    private static let user = ConfigOption.string("user", in: "Mixed", default: "karbor", help: "")
    private static let value = ConfigOption.string(
        "value", in: "database", default: "sqlite:///$state_path/k.sqlite", help: "")
    private static let items = ConfigOption.list("items", in: "database", help: "")
    private static let known = [
        path.erased, port.erased, none.erased, here.erased, there.erased, user.erased, value.erased, items.erased,
    ]

    private func expanded(_ text: String) throws -> String {
        try configuration("[database]\nvalue = \(text)", options: Self.known).get(Self.value)
    }

    @Test(arguments: [
        ("$state_path", "/var/lib/karbor"), ("${state_path}x", "/var/lib/karborx"),
        ("$state_path/x", "/var/lib/karbor/x"),
        ("$port", "8799"), ("<$none>", "<>"), ("$name", "in_group"), ("$DEFAULT.name", "in_default"),
        ("${database.name}", "in_group"), ("$mixed.user", "karbor"), ("$Mixed.user", "karbor"),
        ("$$state_path", "$state_path"), (#"\$state_path"#, "$state_path"), (#"\$$state_path"#, "$/var/lib/karbor"),
        (#"$\$port"#, "$8799"), (#"$\$1"#, "$$1"), (#"\\$"#, #"\$"#), ("$$$$", "$$"), ("$", "$"), ("a$", "a$"),
        ("$1 $- ${", "$1 $- ${"),
        ("${}", "${}"), ("${state_path", "${state_path"), ("${state path}", "${state path}"), ("$é", "$é"),
        ("$port$port", "87998799"), (#"C:\path"#, #"C:\path"#),
    ])
    func `names are replaced as Python's templates do`(text: String, expected: String) throws {
        #expect(try expanded(text) == expected)
    }

    @Test(arguments: [
        "$nothing", "$database.nothing", "$state_path.bak", "${nowhere.name}", "$state_path.", "$State_path",
    ])
    func `a name that no option has is an error where it stands`(text: String) {
        let error = failure { try expanded(text) }
        #expect(error?.code == .unknownReference)
        #expect(error?.origin == .file(path: "/etc/a.conf", line: 2))
        #expect(error?.group == "database")
        #expect(error?.option == "value")
        #expect(error?.reason.contains("$$") == true)
    }

    @Test func `defaults and list items are replaced too`() throws {
        #expect(try configuration(options: Self.known).get(Self.value) == "sqlite:////var/lib/karbor/k.sqlite")
        let moved = try configuration("[DEFAULT]\nstate_path = /srv", options: Self.known)
        #expect(try moved.get(Self.value) == "sqlite:////srv/k.sqlite")
        let list = try configuration("[database]\nitems = $name, $state_path/x", options: Self.known)
        #expect(try list.get(Self.items) == ["in_group", "/var/lib/karbor/x"])
    }

    @Test func `replacement goes before conversion, and through several options`() throws {
        let number = ConfigOption.integer("number", default: 1, help: "")
        let options = Self.known + [number.erased]
        #expect(try configuration("[DEFAULT]\nnumber = 1$port", options: options).get(number) == 18799)
        let chain = try configuration(
            "[DEFAULT]\nstate_path = /srv/$name\nname = $port", options: Self.known)
        #expect(try chain.get(Self.value) == "sqlite:////srv/8799/k.sqlite")
        let error = failure { try configuration("[DEFAULT]\nnumber = $name", options: options).get(number) }
        #expect(error?.reason.hasSuffix(#"found "$name""#) == true, "as written, not what it stands for")
    }

    @Test func `an error in what is named is told where it stands`() {
        let error = failure {
            try configuration("[DEFAULT]\n\nstate_path = $nothing", options: Self.known).get(Self.value)
        }
        #expect(error?.option == "state_path")
        #expect(error?.line == 3)
    }

    @Test(arguments: [
        "[DEFAULT]\nstate_path = $state_path", "[DEFAULT]\nstate_path = $name\nname = x${state_path}",
    ])
    func `going round in a circle is an error`(text: String) {
        let error = failure { try configuration(text, options: Self.known).get(Self.value) }
        #expect(error?.code == .circularReference)
        #expect(error?.line != nil)
    }

    @Test func `a few lines cannot grow beyond a limit, nor take long`() {
        let levels = 0..<60
        let options = levels.map { ConfigOption.string("a\($0)", default: "x", help: "") }
        func lines(_ last: String) -> String {
            "[DEFAULT]\n"
                + levels.map { $0 == 59 ? "a59 = \(last)" : "a\($0) = $a\($0 + 1)$a\($0 + 1)" }.joined(separator: "\n")
        }
        let erased = options.map(\.erased)
        let error = failure { try configuration(lines("x"), options: erased).get(options[0]) }
        #expect(error?.code == .valueTooLong)
        // 2^59 ways to nothing.
        #expect(throws: Never.self) { try configuration(lines(""), options: erased).get(options[0]) }
    }

    @Test func `a secret stays one in an error about who names it`() {
        let password = ConfigOption.secret("password", default: "", help: "")
        let number = ConfigOption.integer("number", default: 1, help: "")
        let error = failure {
            try configuration(
                "[DEFAULT]\npassword = hunter2\nnumber = $password", options: [password.erased, number.erased]
            ).get(number)
        }
        #expect(error?.code == .wrongValue)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test func `environment and command line are replaced like files`() throws {
        let environment = try configuration(options: Self.known, environment: ["OS_DATABASE__VALUE": "$port"])
        #expect(try environment.get(Self.value) == "8799")
        let override = ConfigurationOverride(Self.value.declaration, values: ["$nothing"], flag: "--value")
        let error = failure { try configuration(options: Self.known, overrides: [override]).get(Self.value) }
        #expect(error?.origin == .commandLine(flag: "--value"))
    }
}
