/* interrupt: Ctrl-C, seen between two steps. */
#ifndef AERT_INTERRUPT_H
#define AERT_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

typedef struct Interrupt {
    sigset_t before; /* the mask to return to */
    bool held;
} Interrupt;

/* From now on Ctrl-C waits.  Threads that are started while it waits never see it. */
void interrupt_hold(Interrupt *interrupt);

/* Whether Ctrl-C was pressed.  If so it is taken, and the next one ends the process at once. */
bool interrupt_arrived(Interrupt *interrupt);

/* Ctrl-C ends the process again, at once if it was pressed meanwhile. */
void interrupt_release(Interrupt *interrupt);

#endif
