/* The trainer: one file that includes itself twice, for float and for double.
 *
 *     head comment, scalars in double, lists of entries, the tables of the model, main
 *                                                            (AERT_REAL not defined)
 *     functions of kernels                                   (once for each AERT_REAL)
 *
 * One call of the C compiler makes the program of it. Two make it sooner, side by side, with
 * AERT_PART 32 (the floats and main) and 64 (the doubles, which few commands need).
 */
#include "emit/trainer/trainer.h"

static void write_head(Writer *w, const ProgramPlan *plan) {
    const Program *program = plan->program;
    cw_plain(w, "/* %s: a trainer of the autoencoder in %s", program->name, program->source);
    cw_plain(w, " *");
    cw_plain(w, " *     %s", program->command);
    cw_plain(w, " *     cc -O2 -march=native FILE.c $(pkg-config --cflags --libs aert) -o PROGRAM");
    cw_plain(w, " *");
    cw_plain(w,
             " * %.0f parameters, %.0f floating-point operations an example in training, batch %d.",
             plan->parameters, plan->flops_example, program->batch);
    cw_plain(w, " * Arena of each entry in bytes, as float, beside its lower bound:");
    for (int e = 0; e < plan->entries.count; e++)
        cw_plain(w, " *     %-24s %10zu  %10zu", plan->entries.at[e]->graph->name,
                 4 * plan->entries.at[e]->arena, 4 * plan->entries.at[e]->bound);
    cw_plain(w, " *");
    cw_plain(w, " * In the comments n is the number of rows of the batch; names are those of %s.",
             program->source);
    cw_plain(w, " * Kernels that do the same elsewhere are one function, which has the names of "
                "the first.");
    cw_plain(w, " */");
}

static bool has_scalar(const Plan *plan, Op op) {
    bool has = false;
    for (int i = 0; i < plan->fusion->scalars.count; i++)
        has |= plan->fusion->scalars.at[i]->op == op;
    for (int i = 0; i < plan->kernels.count; i++)
        has |= plan->kernels.at[i].body && has_scalar(plan->kernels.at[i].body, op);
    return has;
}

static void write_function(Writer *w, const ProgramPlan *plan, Op op, const char *name,
                           const char *value) {
    bool has = false;
    for (int e = 0; e < plan->entries.count; e++)
        has |= has_scalar(plan->entries.at[e], op);
    if (!has)
        return;
    cw_open(w, "static double %s(double a)", name);
    cw_line(w, "return %s;", value);
    cw_close(w);
    cw_blank(w);
}

/* Scalars are computed in double whatever real is. */
static void write_scalars(Writer *w, const ProgramPlan *plan) {
    write_function(w, plan, OP_sigmoid, "sigmoid",
                   "a < 0 ? exp(a) / (1 + exp(a)) : 1 / (1 + exp(-a))");
    write_function(w, plan, OP_softplus, "softplus", "(a > 0 ? a : 0) + log1p(exp(-fabs(a)))");
    for (int e = 0; e < plan->entries.count; e++) {
        const Plan *entry = plan->entries.at[e];
        if (plan_scalars(entry) == 0 || entry->like)
            continue;
        scalars_write(w, plan, entry);
        cw_blank(w);
    }
}

/* What the C compiler is told of this file. */
static void write_pragmas(Writer *w) {
    cw_plain(w, "#pragma GCC diagnostic ignored \"-Woverlength-strings\"");
    cw_plain(w, "#ifdef __clang__");
    cw_plain(w,
             "#pragma clang diagnostic ignored \"-Wpass-failed\" /* a loop that stays scalar */");
    cw_plain(w, "#elif defined(__OPTIMIZE_SIZE__)");
    cw_plain(
        w, "/* Loops that write zeros and copy stay loops: -Os would make `rep stos` of them, some "
           "times as slow. */");
    cw_plain(w, "#pragma GCC optimize(\"no-tree-loop-distribute-patterns\")");
    cw_plain(w, "#endif");
    cw_blank(w);
}

void emit_trainer(Text *out, const ProgramPlan *plan) {
    Writer w = {out, 0, arena_open()};
    write_head(&w, plan);
    cw_plain(&w, "#ifndef AERT_REAL");
    cw_blank(&w);
    cw_plain(&w, "#include <aert/aert.h>");
    cw_plain(&w, "#include <math.h>");
    cw_blank(&w);
    write_pragmas(&w);
    KernelCodes codes = share_kernels(out->arena, plan);
    Told told = {.program = plan,
                 .codes = &codes,
                 .rows = rows_of(out->arena, plan, &codes),
                 .dims = dims_of(out->arena, plan),
                 .texts = texts_open(out->arena)};
    cw_plain(&w, "#if AERT_PART != 64");
    write_scalars(&w, plan);
    cw_plain(&w, "#endif");
    cw_plain(&w, "extern AertFunction *const functions_f32[], *const functions_f64[];");
    for (int bits = 32; bits <= 64; bits += 32) {
        cw_plain(&w, "#if AERT_PART != %d", 96 - bits);
        cw_plain(&w, "#define AERT_REAL %d", bits);
        cw_plain(&w, "#include AERT_SELF");
        cw_plain(&w, "#undef AERT_REAL");
        cw_plain(&w, "#endif");
    }
    cw_blank(&w);
    cw_plain(&w, "#if AERT_PART != 64");
    lists_write(&w, &told);
    trainer_write_slots(&w, &told);
    trainer_write_entries(&w, &told);
    texts_write(&w, &told.texts);
    dims_write(&w, &told.dims);
    lists_write_flops(&w, &told);
    rows_write_kernels(&w, &told.rows);
    rows_write_places(&w, &told.rows);
    trainer_write_model(&w, &told);
    cw_plain(&w, "#endif");
    cw_blank(&w);
    cw_plain(&w, "#else /* the rest is read once for each precision */");
    cw_blank(&w);
    cw_plain(&w, "#include <aert/real.h>");
    cw_blank(&w);
    trainer_write_functions(&w, &told);
    cw_blank(&w);
    cw_plain(&w, "#endif");
    arena_close(codes.functions);
    arena_close(w.scratch);
}
