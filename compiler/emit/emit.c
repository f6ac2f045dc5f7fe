/* The table of targets, from targets.def. */
#include "emit/emit.h"

#include <string.h>

const Target targets[NUM_TARGETS] = {
#define TARGET(name, folder, schedule, what) {#name, what, &schedule_##schedule, emit_##folder},
#include "emit/targets.def"
};

const Target *target_find(const char *name) {
    for (int i = 0; i < NUM_TARGETS; i++)
        if (strcmp(targets[i].name, name) == 0)
            return &targets[i];
    return NULL;
}
