/* team: threads that run an entry's kernels, phase by phase.
 *
 * A job is the kernels of an entry, or a task.  Its phases lie between barriers; a phase is over
 * when all its pieces are done, whoever did them: a thread that comes late, since another process
 * had its processor, finds the next phase and holds nobody up.  Who does the last piece of a phase
 * opens the next one at the gate.
 *
 * A late thread may still look for pieces of a job that is over.  So each share carries the number
 * of its job, which is compared as a piece is taken; the job itself is read after that: it cannot
 * end before the piece is done.
 */
#define _GNU_SOURCE /* CPU sets */
#include "team.h"
#include "args.h"
#include "gate.h"
#include "products/products.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

enum { QUEUES = 256 };

/* Bytes of a worker's stack, whatever the system's limit: what kernels keep of their own lies there
 * too. */
static const size_t STACK = (size_t)8 << 20;

/* What the job is; written by thread 0 before its first phase opens. */
typedef struct Job {
    const AertKernel *kernel; /* `kernels` of them over run, or … */
    int kernels;
    const AertRun *run;
    const AertPiece *piece; /* … `extent` pieces of kernels over run, or … */
    AertTask *task;         /* … task over [0, extent) */
    void *context;
    int extent, chunk;
} Job;

/* What is left of a thread's share of a kernel: the next piece, the one after the last, and the
 * number of the job, in one number.  The share's thread takes pieces at its beginning, others at
 * its end. */
typedef _Atomic uint64_t Queue;
enum { PIECE_BITS = 20, JOB_BITS = 24, MOST_PIECES = 1 << PIECE_BITS };

/* What the gate shows: kernels [first, end) of job number `job` are being worked on. None: the job
 * is over.  All bits set: so is the team's life. */
typedef struct Phase {
    uint32_t job;
    int first, end;
} Phase;
static const uint64_t OVER = UINT64_MAX;

typedef struct Worker {
    AertTeam *team;
    int number;
    Waiter waiter;
    pthread_t thread;
    _Alignas(64) Queue queue[QUEUES]; /* by kernel */
} Worker;

struct AertTeam {
    Job job;
    uint32_t number; /* of the job, modulo 2^JOB_BITS */
    int threads;
    Gate gate;                         /* on lines of its own, as … */
    _Alignas(64) _Atomic int64_t left; /* … pieces of this phase that are not done */
    int started;                       /* workers that run, thread 0 not counted */
    bool pinned;
    cpu_set_t cpus; /* those this process could use when the team was made */
    Worker worker[AERT_MAX_THREADS];
};

/* Makes this thread treat denormal floats as zero. */
static void flush_denormals(void) {
#if defined(__SSE2__)
    _mm_setcsr(_mm_getcsr() | 0x8040u); /* flush to zero, denormals are zero */
#elif defined(__aarch64__)
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    __asm__ volatile("msr fpcr, %0" : : "r"(control | (uint64_t)1 << 24));
#endif
}

/* ---- numbers that hold several ---- */

static uint64_t phase_word(Phase phase) {
    return (uint64_t)phase.job << 32 | (uint64_t)phase.first << 16 | (uint64_t)phase.end;
}

static Phase phase_of(uint64_t word) {
    return (Phase){(uint32_t)(word >> 32), (int)(word >> 16 & 0xffff), (int)(word & 0xffff)};
}

static uint64_t queue_word(uint32_t job, int64_t next, int64_t end) {
    return (uint64_t)job << 2 * PIECE_BITS | (uint64_t)next << PIECE_BITS | (uint64_t)end;
}

/* The number of a piece that is left of that job, or -1. */
static int64_t take(Queue *queue, uint32_t job, bool first) {
    const uint64_t mask = ((uint64_t)1 << PIECE_BITS) - 1;
    uint64_t word = atomic_load_explicit(queue, memory_order_relaxed);
    for (;;) {
        int64_t next = (int64_t)(word >> PIECE_BITS & mask), end = (int64_t)(word & mask);
        if (word >> 2 * PIECE_BITS != job || next >= end)
            return -1;
        uint64_t rest = first ? queue_word(job, next + 1, end) : queue_word(job, next, end - 1);
        if (atomic_compare_exchange_weak_explicit(queue, &word, rest, memory_order_relaxed,
                                                  memory_order_relaxed))
            return first ? next : end - 1;
    }
}

/* ---- pieces ---- */

/* A job's kernels; a task counts as one, and so do pieces. */
static int queues_of(const Job *job) {
    return job->kernel ? job->kernels : 1;
}

static int64_t extent_of(const Job *job, int i) {
    return !job->kernel
               ? job->extent
               : job->kernel[i].extent + (int64_t)job->kernel[i].extent_rows * job->run->rows;
}

/* Some chunks at a time where there would be too many pieces: loops of whole vectors rely on it
 * that a piece begins at a multiple of what was asked for. */
static int64_t chunk_of(const Job *job, int i) {
    int64_t chunk = !job->kernel ? job->chunk : job->kernel[i].chunk, extent = extent_of(job, i);
    return chunk <= 0 ? extent : chunk * (extent / (chunk * MOST_PIECES) + 1);
}

static int64_t pieces_of(const Job *job, int i) {
    int64_t extent = extent_of(job, i), chunk = chunk_of(job, i);
    return extent > 0 ? (extent + chunk - 1) / chunk : 0;
}

static void fill_queues(AertTeam *team) {
    const Job *job = &team->job;
    for (int i = 0; i < queues_of(job); i++) {
        int64_t pieces = pieces_of(job, i), threads = team->threads;
        for (int64_t t = 0; t < threads; t++)
            atomic_store_explicit(
                &team->worker[t].queue[i],
                queue_word(team->number, pieces * t / threads, pieces * (t + 1) / threads),
                memory_order_relaxed);
    }
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

static void run_piece(const Job *job, const AertRun *run, int i, int64_t piece) {
    int64_t extent = extent_of(job, i), chunk = chunk_of(job, i);
    int begin = (int)(piece * chunk), end = (int)(extent - begin < chunk ? extent : begin + chunk);
    if (job->task)
        job->task(job->context, begin, end);
    else if (job->piece)
        for (const AertPiece *p = job->piece + begin; p < job->piece + end; p++)
            p->kernel->run(run, run->args + p->kernel->args, p->begin, p->end);
    else
        job->kernel[i].run(run, run->args + job->kernel[i].args, begin, end);
}

/* ---- phases ---- */

/* Opens the first phase from kernel `first` on that has pieces; where there is none, the job is
 * over. */
static void open_phase(AertTeam *team, int first) {
    const Job *job = &team->job;
    int queues = queues_of(job), end = first;
    int64_t pieces = 0;
    for (; first < queues && pieces == 0; first = pieces ? first : end) {
        pieces = pieces_of(job, first);
        for (end = first + 1; end < queues && !job->kernel[end].barrier; end++)
            pieces += pieces_of(job, end);
    }
    atomic_store_explicit(&team->left, pieces, memory_order_relaxed);
    gate_set(&team->gate,
             phase_word(pieces ? (Phase){team->number, first, end} : (Phase){team->number, 0, 0}));
}

/* Thread `number` does the pieces of kernel i that are left in the share of thread `owner`. */
static void run_pieces(AertTeam *team, int number, Phase phase, int i, int owner) {
    Queue *queue = &team->worker[owner].queue[i];
    bool own = owner == number;
    int64_t piece = take(queue, phase.job, own), done = 0;
    if (piece < 0)
        return;
    const AertRun run = run_of(&team->job, number);
    aert_gemm_begin_pieces();
    for (; piece >= 0; piece = take(queue, phase.job, own), done++)
        run_piece(&team->job, &run, i, piece);
    aert_gemm_end_pieces();
    if (atomic_fetch_sub_explicit(&team->left, done, memory_order_acq_rel) == done)
        open_phase(team, phase.end);
}

/* One's own share of a phase, then what others have not come to. */
static void run_phase(AertTeam *team, int number, Phase phase) {
    for (int other = 0; other < team->threads; other++)
        for (int i = phase.first; i < phase.end; i++)
            run_pieces(team, number, phase, i, (number + other) % team->threads);
}

static int count_cpus(const cpu_set_t *cpus) {
    int count = 0;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        count += CPU_ISSET(cpu, cpus) != 0;
    return count;
}

/* This thread, which is of that number, on the CPU of that number among those allowed. */
static void pin(const AertTeam *team, int number) {
    for (int cpu = 0, seen = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &team->cpus) || seen++ != number)
            continue;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        sched_setaffinity(0, sizeof one, &one); /* where it fails, the system chooses */
        return;
    }
}

static void *work(void *argument) {
    Worker *worker = argument;
    AertTeam *team = worker->team;
    flush_denormals();
    if (team->pinned)
        pin(team, worker->number);
    for (uint64_t seen = gate_value(&team->gate); seen != OVER;
         seen = gate_wait(&team->gate, seen, &worker->waiter))
        run_phase(team, worker->number, phase_of(seen));
    return NULL;
}

/* Does team->job. */
static void do_job(AertTeam *team) {
    team->number = (team->number + 1) % (1u << JOB_BITS);
    fill_queues(team);
    open_phase(team, 0);
    uint64_t seen = gate_value(&team->gate);
    while (phase_of(seen).end > 0) {
        run_phase(team, 0, phase_of(seen));
        seen = gate_wait(&team->gate, seen, &team->worker[0].waiter);
    }
}

static void run_kernels(AertTeam *team, const AertKernel *kernel, int kernels, const AertRun *run) {
    for (int i = 0, more; i < kernels; i += more) {
        more = kernels - i < QUEUES ? kernels - i : QUEUES;
        team->job = (Job){.kernel = kernel + i, .kernels = more, .run = run};
        do_job(team);
    }
}

/* What is run: kernels of an entry. */
typedef struct Running {
    AertTeam *team;
    const AertEntry *entry;
    const AertRun *run;
} Running;

static void run_some(void *context, int first, int end) {
    const Running *r = context;
    run_kernels(r->team, r->entry->kernel + first, end - first, r->run);
}

void aert_team_run(AertTeam *team, const AertEntry *entry, const AertRun *run) {
    aert_steps(entry, run, run_some, &(Running){team, entry, run});
}

void aert_team_steps(AertTeam *team, const AertEntry *entry, const AertRun *run,
                     const AertLoop *loop, int begin, int end) {
    aert_loop_steps(entry, run, loop, begin, end, run_some, &(Running){team, entry, run});
}

void aert_team_kernel(AertTeam *team, const AertKernel *kernel, const AertRun *run) {
    team->job = (Job){.kernel = kernel, .kernels = 1, .run = run};
    do_job(team);
}

void aert_team_pieces(AertTeam *team, const AertPiece *piece, int pieces, const AertRun *run) {
    team->job = (Job){.piece = piece, .extent = pieces, .chunk = 4, .run = run};
    do_job(team);
}

void aert_team_for(AertTeam *team, int extent, int chunk, AertTask *task, void *context) {
    team->job = (Job){.task = task, .context = context, .extent = extent, .chunk = chunk};
    do_job(team);
}

/* ---- start and end: as little code as they can be ---- */

#define COLD __attribute__((cold))

/* A signal may come to any of them: what handles one (base/interrupt.c) is the same in all. */
COLD static bool start_workers(AertTeam *team, AertError *error) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK);
    int code = 0;
    for (int i = 1; i < team->threads && code == 0; i++) {
        team->worker[i].team = team;
        team->worker[i].number = i;
        code = pthread_create(&team->worker[i].thread, &attributes, work, &team->worker[i]);
        team->started += code == 0;
    }
    pthread_attr_destroy(&attributes);
    return code == 0 || aert_fail(error, "cannot start thread %d of %d: %s", team->started + 2,
                                  team->threads, strerror(code));
}

COLD AertTeam *aert_team_create(int threads, AertError *error) {
    if (threads < 0 || threads > AERT_MAX_THREADS) {
        aert_fail(error, "%d threads: wanted 1 to %d", threads, AERT_MAX_THREADS);
        return NULL;
    }
    AertTeam *team = aert_allocate(1, sizeof *team, "the team of threads", error);
    if (!team)
        return NULL;
    int cpus = 1;
    if (sched_getaffinity(0, sizeof team->cpus, &team->cpus) == 0)
        cpus = count_cpus(&team->cpus);
    if (threads == 0)
        threads = cpus < AERT_MAX_THREADS ? cpus : AERT_MAX_THREADS;
    team->threads = threads;
    team->pinned = threads > 1 && threads == cpus;
    gate_open(&team->gate, threads > cpus);
    flush_denormals();
    if (!start_workers(team, error)) {
        aert_team_destroy(team);
        return NULL;
    }
    if (team->pinned)
        pin(team, 0);
    return team;
}

COLD void aert_team_destroy(AertTeam *team) {
    if (!team)
        return;
    if (team->started > 0) {
        gate_set(&team->gate, OVER);
        for (int i = 1; i <= team->started; i++)
            pthread_join(team->worker[i].thread, NULL);
        if (team->pinned)
            sched_setaffinity(0, sizeof team->cpus, &team->cpus);
    }
    free(team);
}

int aert_team_threads(const AertTeam *team) {
    return team->threads;
}
