#ifndef CSIMULATION_H
#define CSIMULATION_H

/// Takes a job that the concurrency runtime would have given to its pool: `run` with `job` runs it. May be called on any thread.
typedef void (*simulation_take)(void *_Nonnull job, void (*_Nonnull run)(void *_Nonnull));

/// From now on, every job for the pool goes to `take`, and to no thread of the runtime's.
void simulation_catch_pool_jobs(simulation_take _Nonnull take);

#endif
