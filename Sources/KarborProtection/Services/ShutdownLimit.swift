import Dispatch
import Glibc
import Logging

/// The end of the process where the stop does not come to an end by itself. All that counts is on disk at any time.
enum ShutdownLimit {
    /// Counted from now; nothing takes it back.
    static func begin(_ duration: Duration, _ log: Logger) {
        // On none of the daemon's own queues: one of them may be what hangs.
        let queue = DispatchQueue.global()
        let end = DispatchTime.now() + duration / .seconds(1)
        queue.asyncAfter(deadline: end) {
            log.error("the stop takes too long: what has not ended goes on at the next start")
            // The log's last lines are written on the way out; the next line ends even that.
            exit(1)
        }
        queue.asyncAfter(deadline: end + 3) { _exit(1) }
    }
}
