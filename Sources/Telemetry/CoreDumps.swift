import CSystemd

/// Keeps the process's memory, tokens and passwords in it, out of core dumps and from other processes of the same user.
package func forbidCoreDumps() {
    karbor_forbid_core_dumps()
}
