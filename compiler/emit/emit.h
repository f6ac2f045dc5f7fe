/* Targets: what a planned program can be written as. */
#ifndef AECC_EMIT_H
#define AECC_EMIT_H

#include "plan/plan.h"

typedef void EmitTarget(Text *out, const ProgramPlan *plan);

typedef struct Target {
    const char *name, *what;
    const Schedule *schedule; /* what its programs are planned by */
    EmitTarget *emit;
} Target;

enum {
#define TARGET(name, folder, schedule, what) TARGET_##name,
#include "emit/targets.def"
    NUM_TARGETS
};
extern const Target targets[NUM_TARGETS];

#define TARGET(name, folder, schedule, what) EmitTarget emit_##folder;
#include "emit/targets.def"

/* The target of that name; NULL where there is none. */
const Target *target_find(const char *name);

#endif
