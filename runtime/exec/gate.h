/* gate: a number that some threads wait to see changed.
 *
 * A waiting thread checks, then checks and yields, and only then sleeps: on a virtual machine a
 * processor that idles is given to others, and comes back with cold caches.  A yield that takes
 * long means that another process wants this processor; then the thread sleeps at once, so that the
 * change wakes it, instead of waiting for the end of the other's time slice.
 */
#ifndef AERT_GATE_H
#define AERT_GATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Gate {
    _Alignas(64) _Atomic uint64_t value;
    atomic_int sleepers;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    int spins;       /* checks before the first yield */
    double patience; /* seconds until a waiting thread sleeps */
} Gate;

/* What a thread knows of its processor from one wait to the next; zero at first. */
typedef struct Waiter {
    double crowded_until; /* others used it not long ago; on the clock of seconds_now() */
} Waiter;

/* `crowded`: there are more threads than processors, so that waiting ones get out of the way. */
void gate_open(Gate *gate, bool crowded);

/* The value; what was written before it was set can then be read. */
uint64_t gate_value(const Gate *gate);
void gate_set(Gate *gate, uint64_t value);

/* Waits until the value is not `seen`, and returns it. */
uint64_t gate_wait(Gate *gate, uint64_t seen, Waiter *waiter);

#endif
