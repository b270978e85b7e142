import Glibc
import Telemetry
import Testing

@Suite struct LogSettingsTests {
    private func settings(_ change: (inout LogSettings) -> Void) -> LogSettings {
        var settings = LogSettings(identifier: "karbor-protection")
        change(&settings)
        return settings
    }

    @Test func `standard error unless something else is asked for or it is the journal`() {
        let plain = settings { _ in }
        #expect(plain.destinations(journal: .absent) == [.standardError])
        #expect(plain.destinations(journal: .available) == [.standardError])
        #expect(plain.destinations(journal: .isStandardError) == [.journal])
    }

    @Test func `what is asked for is done, but no line goes nowhere`() {
        let journal = settings { $0.useJournal = true }
        #expect(journal.destinations(journal: .available) == [.journal])
        #expect(journal.destinations(journal: .absent) == [.standardError])
        let all = settings {
            $0.useJournal = true
            $0.useStandardError = true
            $0.file = "/log"
        }
        #expect(all.destinations(journal: .isStandardError) == [.file("/log"), .journal, .standardError])
        #expect(settings { $0.file = "/log" }.destinations(journal: .isStandardError) == [.file("/log")])
    }

    @Test(
        arguments: [
            (nil, nil, nil), ("k.log", nil, "k.log"), (nil, "/var/log", "/var/log/karbor-protection.log"),
            (nil, "/var/log/", "/var/log/karbor-protection.log"), ("k.log", "/var/log", "/var/log/k.log"),
            ("/tmp/k.log", "/var/log", "/tmp/k.log"),
        ] as [(String?, String?, String?)])
    func `the file's name is made as oslo.log makes it`(file: String?, directory: String?, path: String?) {
        let settings = settings {
            $0.file = file
            $0.directory = directory
        }
        #expect(settings.path == path)
    }

    @Test func `debug is a level`() {
        #expect(settings { _ in }.level == .info)
        #expect(settings { $0.debug = true }.level == .debug)
    }

    @Test func `standard error is the journal only if it is the very socket that systemd named`() {
        var status = stat()
        let descriptor = open("/dev/null", O_RDONLY)
        defer { close(descriptor) }
        #expect(fstat(descriptor, &status) == 0)
        let this = "\(status.st_dev):\(status.st_ino)"
        func detect(_ stream: String?, socket: String = "/dev/null") -> JournalPresence {
            .detect(stream: stream, descriptor: descriptor, socket: socket)
        }
        #expect(detect(this) == .isStandardError)
        #expect(detect(nil) == .available)
        #expect(detect("\(status.st_dev):\(status.st_ino &+ 1)") == .available)
        #expect(detect("nonsense") == .available)
        #expect(detect(this, socket: "/no/such/socket") == .absent)
    }
}
