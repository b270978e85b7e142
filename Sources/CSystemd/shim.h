#ifndef KARBOR_CSYSTEMD_SHIM_H
#define KARBOR_CSYSTEMD_SHIM_H

#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

#include <sys/prctl.h>
#include <sys/resource.h>

/* prctl() is variadic, which Swift cannot call. */
static inline void karbor_forbid_core_dumps(void) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

#endif
