/* team: threads that run an entry's kernels; a barrier that spins, then yields too, then sleeps.
 *
 * Between jobs the workers wait at the barrier.  A job is: barrier (go), the work with its own
 * barriers, barrier (done).
 */
#define _GNU_SOURCE /* CPU sets */
#include "team.h"
#include "gemm_choose.h"
#include "progress.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

enum { SPINS = 4000, CHECKS = 100, QUEUES = 256 };

/* Bytes of a worker's stack, whatever the system's limit: what is a thread's own in the products
 * of floats lies there too. */
static const size_t STACK = (size_t)8 << 20;

/* Seconds until a waiting thread sleeps; the shorter one where threads share CPUs.  A virtual
 * machine loses its CPU to others when a thread sleeps, and the caches with it: steps with sleeps
 * of less than a millisecond took half as long again. */
static const double PATIENCE = 50e-3, PATIENCE_SHARED = 0.2e-3;

/* Everyone waits until all `threads` have come; `phase` counts how often that happened. */
typedef struct Barrier {
    _Alignas(64) atomic_int arrived;
    _Alignas(64) atomic_uint phase;
    atomic_int sleepers;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    int threads, spins;
    double patience;
} Barrier;

/* What the next job is; written by thread 0 before the barrier that starts it. */
typedef struct Job {
    const AertKernel *kernel; /* `kernels` of them over run, or … */
    int kernels;
    const AertRun *run; /* with the scratch memory of thread 0 */
    AertTask *task;     /* … task over [0, extent), or, if both are NULL, the end */
    void *context;
    int extent, chunk;
} Job;

/* What is left of a thread's share of a kernel: the next piece, and the one after the last, in the
 * halves of one number.  The share's thread takes pieces at its beginning, others at its end. */
typedef _Atomic uint64_t Queue;

typedef struct Worker {
    AertTeam *team;
    int number;
    pthread_t thread;
    _Alignas(64) Queue queue[QUEUES]; /* by kernel */
} Worker;

struct AertTeam {
    Barrier barrier;
    Job job;
    int threads, started; /* started: workers that run, thread 0 not counted */
    bool pinned;
    cpu_set_t cpus; /* those this process could use when the team was made */
    Worker worker[AERT_MAX_THREADS];
};

void aert_flush_denormals(void) {
#if defined(__SSE2__)
    _mm_setcsr(_mm_getcsr() | 0x8040u); /* flush to zero, denormals are zero */
#elif defined(__aarch64__)
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    __asm__ volatile("msr fpcr, %0" : : "r"(control | (uint64_t)1 << 24));
#endif
}

/* The barrier. */

static void relax(void) {
#if defined(__SSE2__)
    _mm_pause();
#endif
}

static bool passed(Barrier *barrier, unsigned phase) {
    return atomic_load_explicit(&barrier->phase, memory_order_acquire) != phase;
}

static bool passes(Barrier *barrier, unsigned phase, int checks) {
    for (int i = 0; i < checks; i++) {
        if (passed(barrier, phase))
            return true;
        relax();
    }
    return false;
}

static void wait_for(Barrier *barrier, unsigned phase) {
    if (passes(barrier, phase, barrier->spins))
        return;
    const double start = seconds_now();
    do {
        sched_yield();
        if (passes(barrier, phase, CHECKS))
            return;
    } while (seconds_now() - start < barrier->patience);
    pthread_mutex_lock(&barrier->mutex);
    atomic_fetch_add(&barrier->sleepers, 1); /* before phase is read: see barrier_wait */
    while (atomic_load(&barrier->phase) == phase)
        pthread_cond_wait(&barrier->wake, &barrier->mutex);
    atomic_fetch_sub(&barrier->sleepers, 1);
    pthread_mutex_unlock(&barrier->mutex);
}

static void barrier_wait(Barrier *barrier) {
    unsigned phase = atomic_load_explicit(&barrier->phase, memory_order_relaxed);
    if (atomic_fetch_add_explicit(&barrier->arrived, 1, memory_order_acq_rel) + 1 <
        barrier->threads) {
        wait_for(barrier, phase);
        return;
    }
    atomic_store_explicit(&barrier->arrived, 0, memory_order_relaxed);
    atomic_store(&barrier->phase, phase + 1);
    /* Either this sees a sleeper, or the sleeper sees the new phase: both are sequentially
     * consistent. */
    if (atomic_load(&barrier->sleepers) == 0)
        return;
    pthread_mutex_lock(&barrier->mutex);
    pthread_cond_broadcast(&barrier->wake);
    pthread_mutex_unlock(&barrier->mutex);
}

/* The work. */

/* A job's kernels; a task counts as one. */
static int queues_of(const Job *job) {
    return job->task ? 1 : job->kernels;
}

static int64_t extent_of(const Job *job, int i) {
    return job->task ? job->extent
                     : job->kernel[i].extent + (int64_t)job->kernel[i].extent_rows * job->run->rows;
}

static int64_t chunk_of(const Job *job, int i) {
    int chunk = job->task ? job->chunk : job->kernel[i].chunk;
    return chunk > 0 ? chunk : extent_of(job, i);
}

static int64_t pieces_of(const Job *job, int i) {
    int64_t extent = extent_of(job, i), chunk = chunk_of(job, i);
    return extent > 0 ? (extent + chunk - 1) / chunk : 0;
}

static void fill_queues(AertTeam *team) {
    const Job *job = &team->job;
    for (int i = 0; i < queues_of(job); i++) {
        uint64_t pieces = (uint64_t)pieces_of(job, i), threads = (uint64_t)team->threads;
        for (uint64_t t = 0; t < threads; t++)
            atomic_store_explicit(&team->worker[t].queue[i],
                                  pieces * t / threads << 32 | pieces * (t + 1) / threads,
                                  memory_order_relaxed);
    }
}

/* The number of a piece that is left, or -1. */
static int64_t take(Queue *queue, bool first) {
    uint64_t left = atomic_load_explicit(queue, memory_order_relaxed);
    do {
        if (left >> 32 >= (left & UINT32_MAX))
            return -1;
    } while (!atomic_compare_exchange_weak_explicit(queue, &left,
                                                    first ? left + ((uint64_t)1 << 32) : left - 1,
                                                    memory_order_relaxed, memory_order_relaxed));
    return (int64_t)(first ? left >> 32 : (left & UINT32_MAX) - 1);
}

/* The run as thread `number` sees it. */
static AertRun run_of(const Job *job, int number) {
    if (!job->run)
        return (AertRun){0};
    AertRun run = *job->run;
    if (run.scratch)
        run.scratch = (char *)run.scratch + (size_t)number * run.scratch_bytes;
    return run;
}

/* Pieces of kernel i, or of the task, that are left in the share of thread `owner`. */
static void run_pieces(AertTeam *team, const AertRun *run, int i, int owner, bool own) {
    const Job *job = &team->job;
    Queue *queue = &team->worker[owner].queue[i];
    int64_t extent = extent_of(job, i), chunk = chunk_of(job, i);
    void *const *args = job->task ? NULL : job->run->args + job->kernel[i].args;
    int64_t piece = take(queue, own);
    if (piece < 0)
        return;
    aert_gemm_pieces(true);
    for (; piece >= 0; piece = take(queue, own)) {
        int begin = (int)(piece * chunk);
        int end = (int)(extent - begin < chunk ? extent : begin + chunk);
        if (job->task)
            job->task(job->context, begin, end);
        else
            job->kernel[i].run(run, args, begin, end);
    }
    aert_gemm_pieces(false);
}

/* Kernels [first, end), between which there is no barrier: one's own share, then what others have
 * not come to. */
static void run_phase(AertTeam *team, const AertRun *run, int number, int first, int end) {
    for (int i = first; i < end; i++)
        run_pieces(team, run, i, number, true);
    for (int other = 1; other < team->threads; other++)
        for (int i = first; i < end; i++)
            run_pieces(team, run, i, (number + other) % team->threads, false);
}

static void do_share(AertTeam *team, int number) {
    const Job *job = &team->job;
    const AertRun run = run_of(job, number);
    for (int first = 0, end; first < queues_of(job); first = end) {
        if (first > 0 && team->threads > 1)
            barrier_wait(&team->barrier);
        for (end = first + 1; end < queues_of(job) && !job->kernel[end].barrier; end++)
            ;
        run_phase(team, &run, number, first, end);
    }
}

static void *work(void *argument) {
    const Worker *worker = argument;
    AertTeam *team = worker->team;
    aert_flush_denormals();
    for (;;) {
        barrier_wait(&team->barrier);
        if (!team->job.task && !team->job.kernel)
            return NULL;
        do_share(team, worker->number);
        barrier_wait(&team->barrier);
    }
}

static void do_job(AertTeam *team, Job job) {
    team->job = job;
    fill_queues(team);
    if (team->threads > 1)
        barrier_wait(&team->barrier);
    do_share(team, 0);
    if (team->threads > 1)
        barrier_wait(&team->barrier);
}

void aert_team_run(AertTeam *team, const AertEntry *entry, const AertRun *run) {
    for (int i = 0, more; i < entry->kernels; i += more) {
        more = entry->kernels - i < QUEUES ? entry->kernels - i : QUEUES;
        do_job(team, (Job){.kernel = entry->kernel + i, .kernels = more, .run = run});
    }
}

void aert_team_kernel(AertTeam *team, const AertKernel *kernel, const AertRun *run) {
    do_job(team, (Job){.kernel = kernel, .kernels = 1, .run = run});
}

void aert_team_for(AertTeam *team, int extent, int chunk, AertTask *task, void *context) {
    do_job(team, (Job){.task = task, .context = context, .extent = extent, .chunk = chunk});
}

/* Start and end. */

/* Thread `number` on the CPU of that number among those allowed. */
static void pin(const AertTeam *team, int number, pthread_t thread) {
    for (int cpu = 0, seen = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &team->cpus) || seen++ != number)
            continue;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        pthread_setaffinity_np(thread, sizeof one, &one); /* where it fails, the system chooses */
        return;
    }
}

/* Signals go to the thread that made the team: workers start with all of them blocked. */
static bool start_workers(AertTeam *team, AertError *error) {
    sigset_t all, before;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK);
    sigfillset(&all);
    sigdelset(&all,
              SIGBUS); /* a mapped file that was cut short: belongs to the thread that reads */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = 0;
    for (int i = 1; i < team->threads && code == 0; i++) {
        team->worker[i] = (Worker){.team = team, .number = i};
        code = pthread_create(&team->worker[i].thread, &attributes, work, &team->worker[i]);
        if (code == 0) {
            team->started++;
            if (team->pinned)
                pin(team, i, team->worker[i].thread);
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return code == 0 || aert_fail(error, "cannot start thread %d of %d: %s", team->started + 2,
                                  team->threads, strerror(code));
}

AertTeam *aert_team_create(int threads, AertError *error) {
    if (threads < 0 || threads > AERT_MAX_THREADS) {
        aert_fail(error, "%d threads: wanted 1 to %d", threads, AERT_MAX_THREADS);
        return NULL;
    }
    AertTeam *team = aert_allocate(1, sizeof *team, "the team of threads", error);
    if (!team)
        return NULL;
    int cpus = 1;
    if (sched_getaffinity(0, sizeof team->cpus, &team->cpus) == 0)
        cpus = CPU_COUNT(&team->cpus);
    if (threads == 0)
        threads = cpus < AERT_MAX_THREADS ? cpus : AERT_MAX_THREADS;
    team->threads = threads;
    team->pinned = threads > 1 && threads == cpus;
    team->barrier.threads = threads;
    team->barrier.spins = threads <= cpus ? SPINS : 0;
    team->barrier.patience = threads <= cpus ? PATIENCE : PATIENCE_SHARED;
    pthread_mutex_init(&team->barrier.mutex, NULL);
    pthread_cond_init(&team->barrier.wake, NULL);
    aert_flush_denormals();
    if (!start_workers(team, error)) {
        aert_team_destroy(team);
        return NULL;
    }
    if (team->pinned)
        pin(team, 0, pthread_self());
    return team;
}

void aert_team_destroy(AertTeam *team) {
    if (!team)
        return;
    if (team->started > 0) {
        team->job = (Job){0};
        /* After a failed start fewer take part: none of them has passed the barrier yet. */
        for (int missing = team->threads - 1 - team->started; missing > 0; missing--)
            atomic_fetch_add(&team->barrier.arrived, 1);
        barrier_wait(&team->barrier);
        for (int i = 1; i <= team->started; i++)
            pthread_join(team->worker[i].thread, NULL);
        if (team->pinned)
            pthread_setaffinity_np(pthread_self(), sizeof team->cpus, &team->cpus);
    }
    pthread_mutex_destroy(&team->barrier.mutex);
    pthread_cond_destroy(&team->barrier.wake);
    free(team);
}

int aert_team_threads(const AertTeam *team) {
    return team->threads;
}
