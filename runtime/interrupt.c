/* Ctrl-C, seen between two steps.
 *
 * Its one idea: the signal is blocked, and asked for with sigpending() where it suits; no handler, hence no variable that
 * a handler would have to share with the program.
 */
#include "interrupt.h"

#include <stddef.h>

static sigset_t interrupt_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    return set;
}

void interrupt_hold(Interrupt *interrupt) {
    sigset_t set = interrupt_signals();
    pthread_sigmask(SIG_BLOCK, &set, &interrupt->before);
    interrupt->held = true;
}

bool interrupt_arrived(Interrupt *interrupt) {
    sigset_t set;
    if (!interrupt->held || sigpending(&set) != 0 || !sigismember(&set, SIGINT))
        return false;
    int taken;
    set = interrupt_signals();
    sigwait(&set, &taken);
    interrupt_release(interrupt);
    return true;
}

void interrupt_release(Interrupt *interrupt) {
    if (interrupt->held)
        pthread_sigmask(SIG_SETMASK, &interrupt->before, NULL);
    interrupt->held = false;
}
