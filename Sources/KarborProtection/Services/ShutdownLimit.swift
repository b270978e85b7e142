import Dispatch
import Glibc
import Logging

/// The end of the process where the stop does not come to an end by itself. All that counts is on disk at any time.
enum ShutdownLimit {
    /// Counted from now; nothing takes it back.
    static func begin(_ duration: Duration, _ log: Logger) {
        // On none of the daemon's own queues: one of them may be what hangs.
        DispatchQueue.global().asyncAfter(deadline: .now() + duration / .seconds(1)) {
            log.error("the stop takes too long: what has not ended goes on at the next start")
            _exit(1)
        }
    }
}
