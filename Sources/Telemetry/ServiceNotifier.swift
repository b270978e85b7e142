import CSystemd
import Glibc

/// Tells systemd how the service is, over the socket that `NOTIFY_SOCKET` names; without one every call does nothing.
///
/// Each returns whether the message was handed to systemd. Nobody need act on that: a state that systemd did not hear of
/// is what its own time limits are for.
package struct ServiceNotifier: Sendable {
    package init() {}

    /// The service does its work from now on; also ends a reload.
    @discardableResult
    package func ready(status: String) -> Bool {
        send(["READY=1", "STATUS=\(Self.oneLine(status))"])
    }

    @discardableResult
    package func stopping(status: String) -> Bool {
        send(["STOPPING=1", "STATUS=\(Self.oneLine(status))"])
    }

    /// One line for `systemctl status`.
    @discardableResult
    package func status(_ status: String) -> Bool {
        send(["STATUS=\(Self.oneLine(status))"])
    }

    /// The configuration is being read again; `ready` must follow. The time tells systemd which reload this answers.
    @discardableResult
    package func reloading() -> Bool {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let microseconds = Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
        return send(["RELOADING=1", "MONOTONIC_USEC=\(microseconds)"])
    }

    private func send(_ assignments: [String]) -> Bool {
        // 0: keep NOTIFY_SOCKET for the next message.
        sd_notify(0, assignments.joined(separator: "\n")) > 0
    }

    /// A line end would begin another assignment.
    private static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    }
}
