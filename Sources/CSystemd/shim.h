#ifndef KARBOR_CSYSTEMD_SHIM_H
#define KARBOR_CSYSTEMD_SHIM_H

#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
#include <sys/prctl.h>

// Swift cannot call variadic C functions. What prctl() reads beyond its option depends on it; this is for those with one
// number.
static inline int karbor_prctl_set(int option, unsigned long value) {
    return prctl(option, value, 0UL, 0UL, 0UL);
}

#endif
