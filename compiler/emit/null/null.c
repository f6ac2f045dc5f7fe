/* The null target: writes nothing.  What a new target starts from. */
#include "emit/emit.h"

void emit_null(Text *out, const ProgramPlan *plan) {
    (void)out, (void)plan;
}
