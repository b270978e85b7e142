// The runtime has a seam of its own for whoever wants its jobs, `swift_task_enqueueGlobal_hook`; but what prefers
// `globalConcurrentExecutor` goes past it. On Linux all of them reach libdispatch by this one function, and a definition in the
// program comes before the library's. Nothing else in the program calls it.
#define _GNU_SOURCE
#include "CSimulation.h"

#include <dlfcn.h>
#include <stddef.h>

typedef void (*work)(void *);

static simulation_take taker;

void simulation_catch_pool_jobs(simulation_take take) {
    taker = take;
}

void dispatch_async_f(void *queue, void *context, work run) {
    if (taker != NULL) {
        taker(context, run);
        return;
    }
    static void (*original)(void *, void *, work);
    if (original == NULL) original = (void (*)(void *, void *, work))dlsym(RTLD_NEXT, "dispatch_async_f");
    original(queue, context, run);
}
