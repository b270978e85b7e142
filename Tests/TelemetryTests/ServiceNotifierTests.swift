import Glibc
import Telemetry
import TestSupport
import Testing

/// One at a time: libsystemd finds the socket in the environment, of which a process has one. Never two variables at once,
/// so that the environment keeps its place in memory while other tests read it.
@Suite(.serialized) struct ServiceNotifierTests {
    private let folder = TemporaryFolder()
    private let notifier = ServiceNotifier()

    /// What systemd receives while `body` runs, with the socket at `address`; `@` begins an abstract one.
    private func messages(at address: String, during body: () -> Void) throws -> [String] {
        let socket = try NotifySocket(address)
        setenv("NOTIFY_SOCKET", address, 1)
        defer { unsetenv("NOTIFY_SOCKET") }
        body()
        return socket.received()
    }

    @Test func `each state is one datagram, and the socket stays known`() throws {
        let messages = try messages(at: folder.path("notify")) {
            #expect(notifier.ready(status: "Listening on 0.0.0.0:8799"))
            #expect(notifier.status("2 operations in flight"))
            #expect(notifier.stopping(status: "Draining"))
        }
        #expect(
            messages == [
                "READY=1\nSTATUS=Listening on 0.0.0.0:8799", "STATUS=2 operations in flight",
                "STOPPING=1\nSTATUS=Draining",
            ])
    }

    @Test func `an abstract socket is one too`() throws {
        let messages = try messages(at: "@karbor-test-\(getpid())-\(UInt64.random(in: .min ... .max))") {
            #expect(notifier.ready(status: "ready"))
        }
        #expect(messages == ["READY=1\nSTATUS=ready"])
    }

    @Test func `a reload carries the monotonic time of its begin`() throws {
        let messages = try messages(at: folder.path("notify")) {
            #expect(notifier.reloading())
        }
        let match = try #require(
            try messages.first.flatMap { try /RELOADING=1\nMONOTONIC_USEC=(\d+)/.wholeMatch(in: $0) })
        let told = try #require(Int64(match.1))
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let actual = Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
        #expect(told <= actual && told > actual - 60_000_000)
    }

    @Test func `a status cannot smuggle in another message`() throws {
        let messages = try messages(at: folder.path("notify")) {
            notifier.status("busy\nSTOPPING=1\r\nMAINPID=1")
        }
        #expect(messages == ["STATUS=busy STOPPING=1  MAINPID=1"])
    }

    @Test func `without a socket nothing happens`() {
        unsetenv("NOTIFY_SOCKET")
        #expect(!notifier.ready(status: "nobody listens"))
        #expect(!notifier.reloading())
    }

    @Test func `a socket that is gone or no socket at all is harmless`() {
        defer { unsetenv("NOTIFY_SOCKET") }
        for address in [folder.path("gone"), "relative", "", "@"] {
            setenv("NOTIFY_SOCKET", address, 1)
            #expect(!notifier.ready(status: "nobody listens"))
        }
    }
}
