import CSystemd
import Glibc

/// Keeps the process's memory, tokens and passwords in it, out of core dumps and from other processes of the same user.
package func forbidCoreDumps() {
    // Neither can fail: a limit may always be lowered, and 0 is a value that the option knows.
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    _ = karbor_prctl_set(PR_SET_DUMPABLE, 0)
}
