/* Ctrl-C, noticed between two steps.
 *
 * Its one idea: a handler that does nothing, installed for one signal only.  When it has run, the
 * system has put the default action in its place: asking for the action tells whether Ctrl-C was
 * pressed, without a variable that the handler would have to share with the program, and the next
 * Ctrl-C ends the process at once.
 */
#include "interrupt.h"

#include <stddef.h>

static void notice(int signal_number) {
    (void)signal_number;
}

void interrupt_hold(Interrupt *interrupt) {
    struct sigaction action = {.sa_handler = notice, .sa_flags = (int)SA_RESETHAND | SA_RESTART};
    sigaction(SIGINT, &action, &interrupt->before);
}

bool interrupt_arrived(void) {
    struct sigaction action;
    return sigaction(SIGINT, NULL, &action) == 0 && action.sa_handler != notice;
}

void interrupt_release(const Interrupt *interrupt) {
    sigaction(SIGINT, &interrupt->before, NULL);
}
