/* Targets: what a planned program can be written as. */
#ifndef AECC_EMIT_H
#define AECC_EMIT_H

#include "plan/plan.h"

typedef void EmitTarget(Text *out, const ProgramPlan *plan);

typedef struct Target {
    const char *name, *what;
    EmitTarget *emit;
} Target;

enum {
#define TARGET(name, folder, what) TARGET_##name,
#include "emit/targets.def"
    NUM_TARGETS
};
extern const Target targets[NUM_TARGETS];

#define TARGET(name, folder, what) EmitTarget emit_##folder;
#include "emit/targets.def"

/* Writes the program as the target of that name; false where there is none. */
bool emit_target(const char *name, Text *out, const ProgramPlan *plan);

#endif
