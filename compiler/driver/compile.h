/* The pipeline, once: from a tree to graphs that can be planned.  What aecc does and what the tests
 * do to models is the same calls.
 *
 *     compile_prelude(&c, diag);
 *     Model *model = compile_check(&c, arena, diag, &source);
 *     Program *program = compile_lower(&c, arena, diag, &source, model);
 *     compile_graphs(program, &passes, STAGE_simple);     derivatives, joined steps, simpler graphs
 *     target->emit(&text, plan_program(program, target->schedule));
 */
#ifndef AECC_COMPILE_H
#define AECC_COMPILE_H

#include "check/check.h"
#include "ir/program.h"
#include "passes/passes.h"

/* What lasts over the compilations of several models. */
typedef struct Compiler {
    Arena *arena; /* of the prelude's trees */
    Names *names;
    const Ast *const *prelude;
} Compiler;

/* Parses the prelude; its texts are the first of `diag`.  Dies where it has errors. */
void compile_prelude(Compiler *compiler, Diag *diag);
/* A Diag in which the prelude's texts have the numbers that they have in its trees. */
Diag *compile_diag(Arena *arena);
const Ast *compile_parse(const Compiler *compiler, Arena *arena, Diag *diag, const char *name,
                         const char *text, size_t length);

typedef struct ModelSource {
    const Ast *tree;
    const char *path;    /* its base name is what the program says it was made from */
    const char *command; /* what it says it was made by */
    const Ast *const *overrides;
    int n_overrides;
    LoadFile *load;
    void *user; /* of `load` */
} ModelSource;

/* NULL where the model has errors; they are in `diag`. */
Model *compile_check(const Compiler *compiler, Arena *arena, Diag *diag, const ModelSource *source);
/* The graphs of a checked model, with placeholders for derivatives. */
Program *compile_lower(const Compiler *compiler, Arena *arena, Diag *diag,
                       const ModelSource *source, Model *model);

typedef enum Stage {
    STAGE_derivatives, /* no placeholders are left */
    STAGE_simple,      /* ready to be planned */
} Stage;
/* Takes the graphs of `compile_lower` there.  False where a derivative is too large; it is told. */
bool compile_graphs(Program *program, const PassOptions *passes, Stage stage);

/* Takes one graph to STAGE_simple. */
void compile_graph(Graph *graph, const PassOptions *passes, Diag *diag);

#endif
