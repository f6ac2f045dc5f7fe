/* What holds while something inside it is evaluated, and no longer: see Context.
 *
 *     state m = 0
 *     m <- 0.9 * m + f(m)      updating: this m is what earlier updates left of it, but f's own
 *                              names are not; f opens a frame, which begins without it
 */
#include "check/values/values.h"

Context context_enter(Checker *c, Context inside) {
    Context outer = c->context;
    c->context = inside;
    return outer;
}

void context_leave(Checker *c, Context outer) {
    c->context = outer;
}
