import Glibc

/// Runs a program to its end.
///
/// Not Foundation's `Process`: the descriptor by which that learns of a child's end is inherited by whatever else is started
/// at the same time, and then it waits for that, too.
package enum ChildProcess {
    /// Its exit status, or 128 and more for a signal. What it writes to standard error is thrown away.
    package static func run(_ path: String, _ arguments: [String]) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, path, &actions, nil, &words, environ)
        guard code == 0 else {
            throw ScriptError.malformed("\(path) does not start: \(String(cString: strerror(code)))")
        }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            guard errno == EINTR else { throw ScriptError.malformed("\(path) cannot be waited for") }
        }
        return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
    }
}
