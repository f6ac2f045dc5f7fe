/* The trainer: one file that includes itself twice, for float and for double.
 *
 *     head comment, scalars in double, the tables of the model, main    (AERT_REAL not defined)
 *     kernels and the tables of entries                                 (once for each AERT_REAL)
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

/* The precisions of the entries that have a scalar made by the operation, a set. */
static unsigned reals_with(const ProgramPlan *plan, Op op) {
    unsigned reals = 0;
    for (int e = 0; e < plan->entries.count; e++)
        if (has_scalar(plan->entries.at[e], op))
            reals |= plan->entries.at[e]->entry->reals;
    return reals;
}

/* Around what the entries of these precisions need, whatever real is. */
static void open_part(Writer *w, unsigned reals) {
    if (reals != (IN_FLOAT | IN_DOUBLE))
        cw_plain(w, "#if AERT_PART != %d", reals == IN_FLOAT ? 64 : 32);
}

static void close_part(Writer *w, unsigned reals) {
    if (reals != (IN_FLOAT | IN_DOUBLE))
        cw_plain(w, "#endif");
    cw_blank(w);
}

static void write_function(Writer *w, unsigned reals, const char *name, const char *value) {
    if (!reals)
        return;
    open_part(w, reals);
    cw_open(w, "static double %s(double a)", name);
    cw_line(w, "return %s;", value);
    cw_close(w);
    close_part(w, reals);
}

/* Scalars are computed in double whatever real is. */
static void write_scalars(Writer *w, const ProgramPlan *plan) {
    write_function(w, reals_with(plan, OP_sigmoid), "sigmoid",
                   "a < 0 ? exp(a) / (1 + exp(a)) : 1 / (1 + exp(-a))");
    write_function(w, reals_with(plan, OP_softplus), "softplus",
                   "(a > 0 ? a : 0) + log1p(exp(-fabs(a)))");
    for (int e = 0; e < plan->entries.count; e++) {
        const Plan *entry = plan->entries.at[e];
        if (plan_scalars(entry) == 0)
            continue;
        open_part(w, entry->entry->reals);
        scalars_write(w, plan, entry);
        close_part(w, entry->entry->reals);
    }
}

void emit_trainer(Text *out, const ProgramPlan *plan) {
    Writer w = {out, 0, arena_open()};
    write_head(&w, plan);
    cw_plain(&w, "#ifndef AERT_REAL");
    cw_blank(&w);
    cw_plain(&w, "#include <aert/aert.h>");
    cw_plain(&w, "#include <math.h>");
    cw_blank(&w);
    cw_plain(&w, "#ifdef __clang__");
    cw_plain(&w,
             "#pragma clang diagnostic ignored \"-Wpass-failed\" /* a loop that stays scalar */");
    cw_plain(&w, "#endif");
    cw_blank(&w);
    write_scalars(&w, plan);
    Dims dims = dims_of(out->arena, plan);
    dims_write(&w, &dims);
    cw_plain(&w, "extern const AertProgram program_f32, program_f64;");
    for (int bits = 32; bits <= 64; bits += 32) {
        cw_plain(&w, "#if AERT_PART != %d", 96 - bits);
        cw_plain(&w, "#define AERT_REAL %d", bits);
        cw_plain(&w, "#include AERT_SELF");
        cw_plain(&w, "#undef AERT_REAL");
        cw_plain(&w, "#endif");
    }
    cw_blank(&w);
    cw_plain(&w, "#if AERT_PART != 64");
    trainer_write_model(&w, plan, &dims);
    cw_plain(&w, "#endif");
    cw_blank(&w);
    cw_plain(&w, "#else /* the rest is read once for each precision */");
    cw_blank(&w);
    cw_plain(&w, "#include <aert/real.h>");
    cw_blank(&w);
    trainer_write_entries(&w, plan, &dims);
    cw_blank(&w);
    cw_plain(&w, "#endif");
    arena_close(w.scratch);
}
