/* The table of targets, from targets.def. */
#include "emit/emit.h"

#include <string.h>

const Target targets[NUM_TARGETS] = {
#define TARGET(name, folder, what) {#name, what, emit_##folder},
#include "emit/targets.def"
};

bool emit_target(const char *name, Text *out, const ProgramPlan *plan) {
    for (int i = 0; i < NUM_TARGETS; i++)
        if (strcmp(targets[i].name, name) == 0) {
            targets[i].emit(out, plan);
            return true;
        }
    return false;
}
