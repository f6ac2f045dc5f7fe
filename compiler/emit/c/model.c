/* The C target: one file that includes itself twice, for float and for double.
 *
 *     head comment, scalars in double, the tables of the model, main    (AERT_REAL not defined)
 *     kernels and the tables of entries                                 (once for each AERT_REAL)
 */
#include "emit/c/c.h"

#include <math.h>

static void write_head(Writer *w, const ProgramPlan *plan) {
    const Program *program = plan->program;
    cw_plain(w, "/* %s: a trainer of the autoencoder in %s", program->name, program->source);
    cw_plain(w, " *");
    cw_plain(w, " *     %s", program->command);
    cw_plain(w, " *");
    cw_plain(w,
             " * %.0f parameters, %.0f floating-point operations an example in training, batch %d.",
             plan->parameters, round(plan->flops_example), program->batch);
    cw_plain(w, " * Arena of each entry in bytes, as float, beside its lower bound:");
    for (int e = 0; e < plan->entries.count; e++)
        cw_plain(w, " *     %-24s %10zu  %10zu", plan->entries.at[e]->graph->name,
                 4 * plan->entries.at[e]->arena, 4 * plan->entries.at[e]->bound);
    cw_plain(w, " *");
    cw_plain(w, " * In the comments n is the number of rows of the batch; names are those of %s.",
             program->source);
    cw_plain(w, " */");
}

static bool uses_op(const ProgramPlan *plan, Op op) {
    for (int e = 0; e < plan->entries.count; e++)
        for (int i = 0; i < plan->entries.at[e]->fusion->scalars.count; i++)
            if (plan->entries.at[e]->fusion->scalars.at[i]->op == op)
                return true;
    return false;
}

/* Scalars are computed in double whatever real is. */
static void write_scalars(Writer *w, const ProgramPlan *plan) {
    if (uses_op(plan, OP_sigmoid)) {
        cw_open(w, "static double sigmoid(double a)");
        cw_line(w, "return a < 0 ? exp(a) / (1 + exp(a)) : 1 / (1 + exp(-a));");
        cw_close(w);
        cw_blank(w);
    }
    if (uses_op(plan, OP_softplus)) {
        cw_open(w, "static double softplus(double a)");
        cw_line(w, "return (a > 0 ? a : 0) + log1p(exp(-fabs(a)));");
        cw_close(w);
        cw_blank(w);
    }
    for (int e = 0; e < plan->entries.count; e++)
        scalars_write(w, plan, plan->entries.at[e]);
}

void emit_c(Text *out, const ProgramPlan *plan) {
    Writer w = {out, 0};
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
    for (int bits = 32; bits <= 64; bits += 32) {
        cw_plain(&w, "#define AERT_REAL %d", bits);
        cw_plain(&w, "#include AERT_SELF");
        cw_plain(&w, "#undef AERT_REAL");
    }
    cw_blank(&w);
    tables_write_model(&w, plan);
    cw_blank(&w);
    cw_plain(&w, "#else /* the rest is read once for each precision */");
    cw_blank(&w);
    cw_plain(&w, "#include <aert/real.h>");
    cw_blank(&w);
    tables_write_entries(&w, plan);
    cw_blank(&w);
    cw_plain(&w, "#endif");
}
