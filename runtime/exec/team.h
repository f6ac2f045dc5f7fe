/* team: the program's own threads, started once; they run an entry's kernels piece by piece.
 *
 * A kernel's extent is cut into pieces by its shape and rows alone, so that any number of threads
 * computes the same bits.  A thread's share is as many that follow one another; when it is done it
 * takes from the ends of other shares what has not been begun.  A barrier waits for pieces, not for
 * threads: one whose processor another process has is waited for only if it is in the middle of a
 * piece.  How threads wait: gate.h.  Each thread flushes denormals, and is pinned where the process
 * may use at least as many CPUs as there are threads.
 *
 *     AertTeam *team = aert_team_create(2, &error);
 *     aert_team_run(team, &program->entry[i], &run);
 *     aert_team_destroy(team);
 *
 * A team belongs to the thread that created it, which works as thread 0; do not call a team from
 * inside its own work.
 */
#ifndef AERT_TEAM_H
#define AERT_TEAM_H

#include "aert.h"
#include "base/base.h"

typedef struct AertTeam AertTeam;

enum { AERT_MAX_THREADS = 256 };

/* Starts threads - 1 workers; threads = 0 takes the CPUs that this process may use (at most 256).
 * Sets flush-to-zero in the calling thread too.  NULL on error. */
AertTeam *aert_team_create(int threads, AertError *error);
void aert_team_destroy(AertTeam *team); /* NULL is harmless */
int aert_team_threads(const AertTeam *team);

/* Runs all kernels of the entry over run->rows, where run->no_gradients is set those before its
 * gradients; complete on return.  Does not allocate.  run->scratch holds the scratch memory of all
 * threads. */
void aert_team_run(AertTeam *team, const AertEntry *entry, const AertRun *run);

/* [begin, end) of a kernel's extent, no longer than its chunk. */
typedef struct AertPiece {
    const AertKernel *kernel;
    int begin, end;
} AertPiece;

/* Runs pieces of one phase, all at the same time. */
void aert_team_pieces(AertTeam *team, const AertPiece *piece, int pieces, const AertRun *run);

/* Runs steps [begin, end) of a loop of the entry that lies in no other; complete on return. */
void aert_team_steps(AertTeam *team, const AertEntry *entry, const AertRun *run,
                     const AertLoop *loop, int begin, int end);

/* Runs one kernel, complete on return: for timing kernels one by one. */
void aert_team_kernel(AertTeam *team, const AertKernel *kernel, const AertRun *run);

/* task(context, begin, end) for all pieces of `chunk` of [0, extent): e.g. the gather of a batch.
 */
typedef void AertTask(void *context, int begin, int end);
void aert_team_for(AertTeam *team, int extent, int chunk, AertTask *task, void *context);

#endif
