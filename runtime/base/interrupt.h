/* interrupt: Ctrl-C, noticed between two steps. */
#ifndef AERT_INTERRUPT_H
#define AERT_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

typedef struct Interrupt {
    struct sigaction before; /* what Ctrl-C did, to return to */
} Interrupt;

/* From now on the first Ctrl-C is only noticed; the second ends the process. */
void interrupt_hold(Interrupt *interrupt);

/* Whether Ctrl-C was pressed since interrupt_hold. */
bool interrupt_arrived(void);

/* Ctrl-C does again what it did before. */
void interrupt_release(const Interrupt *interrupt);

#endif
