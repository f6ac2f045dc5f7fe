/* gate: see gate.h. */
#include "gate.h"
#include "base/base.h"

#include <sched.h>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

enum { SPINS = 4000, CHECKS = 100 };

/* Seconds until a waiting thread sleeps; the shorter one where threads share processors. */
static const double PATIENCE = 50e-3, PATIENCE_CROWDED = 0.2e-3;

/* A yield that takes longer than this has let another process run; how long that is remembered. */
static const double LONG_YIELD = 0.2e-3, MEMORY = 50e-3;

void gate_open(Gate *gate, bool crowded) {
    atomic_init(&gate->value, 0);
    atomic_init(&gate->sleepers, 0);
    gate->mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    gate->wake = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    gate->spins = crowded ? 0 : SPINS;
    gate->patience = crowded ? PATIENCE_CROWDED : PATIENCE;
}

uint64_t gate_value(const Gate *gate) {
    return atomic_load_explicit(&gate->value, memory_order_acquire);
}

void gate_set(Gate *gate, uint64_t value) {
    atomic_store(&gate->value, value);
    /* Either this sees a sleeper, or the sleeper sees the new value: both are sequentially
     * consistent. */
    if (atomic_load(&gate->sleepers) == 0)
        return;
    pthread_mutex_lock(&gate->mutex);
    pthread_cond_broadcast(&gate->wake);
    pthread_mutex_unlock(&gate->mutex);
}

static void relax(void) {
#if defined(__SSE2__)
    _mm_pause();
#endif
}

static bool changes(const Gate *gate, uint64_t seen, int checks) {
    for (int i = 0; i < checks; i++) {
        if (gate_value(gate) != seen)
            return true;
        relax();
    }
    return false;
}

static void sleep_at(Gate *gate, uint64_t seen) {
    pthread_mutex_lock(&gate->mutex);
    atomic_fetch_add(&gate->sleepers, 1); /* before the value is read: see gate_set */
    while (atomic_load(&gate->value) == seen)
        pthread_cond_wait(&gate->wake, &gate->mutex);
    atomic_fetch_sub(&gate->sleepers, 1);
    pthread_mutex_unlock(&gate->mutex);
}

uint64_t gate_wait(Gate *gate, uint64_t seen, Waiter *waiter) {
    if (changes(gate, seen, gate->spins))
        return gate_value(gate);
    double start = seconds_now(), now = start;
    while (now - start < gate->patience && now > waiter->crowded_until) {
        sched_yield();
        double after = seconds_now();
        if (after - now > LONG_YIELD)
            waiter->crowded_until = after + MEMORY;
        now = after;
        if (changes(gate, seen, CHECKS))
            return gate_value(gate);
    }
    sleep_at(gate, seen);
    return gate_value(gate);
}
