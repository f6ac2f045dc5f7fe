/* See compile.h.
 *
 *     text → tree → checked model → graphs → derivatives → joined steps → simpler graphs
 */
#include "driver/compile.h"
#include "autodiff/autodiff.h"
#include "driver/options.h"
#include "lower/lower.h"
#include "passes/held.h"
#include "passes/join.h"
#include "passes/segments.h"
#include "prelude/prelude.h"

#include <string.h>

/* ---- text and tree ---- */

const Ast *compile_parse(const Compiler *compiler, Arena *arena, Diag *diag, const char *name,
                         const char *text, size_t length) {
    int file = diag_source(diag, name, text, length);
    return syntax_parse(arena, compiler->names, diag, file, text, length);
}

void compile_prelude(Compiler *compiler, Diag *diag) {
    const Ast **trees = NEW_ARRAY(compiler->arena, const Ast *, prelude_count);
    for (int i = 0; i < prelude_count; i++)
        trees[i] = compile_parse(compiler, compiler->arena, diag, prelude_files[i].name,
                                 prelude_files[i].text, prelude_files[i].length);
    if (diag_errors(diag)) {
        diag_print(diag, stderr);
        die("the prelude has errors");
    }
    compiler->prelude = trees;
}

Diag *compile_diag(Arena *arena) {
    Diag *diag = diag_open(arena);
    for (int i = 0; i < prelude_count; i++)
        diag_source(diag, prelude_files[i].name, prelude_files[i].text, prelude_files[i].length);
    return diag;
}

/* ---- model and graphs ---- */

Model *compile_check(const Compiler *compiler, Arena *arena, Diag *diag,
                     const ModelSource *source) {
    CheckInput input = {.model = source->tree,
                        .prelude = compiler->prelude,
                        .n_prelude = prelude_count,
                        .overrides = source->overrides,
                        .n_overrides = source->n_overrides,
                        .load = source->load,
                        .user = source->user};
    return diag_errors(diag) ? NULL : check_model(arena, compiler->names, diag, &input);
}

/* models/vae.ae → vae */
static const char *stem(Arena *arena, const char *path) {
    const char *base = text_base_name(path), *point = strrchr(base, '.');
    return point && point > base ? arena_copy(arena, base, (size_t)(point - base)) : base;
}

Program *compile_lower(const Compiler *compiler, Arena *arena, Diag *diag,
                       const ModelSource *source, Model *model) {
    Program *program = NEW(arena, Program);
    *program = (Program){.arena = arena, .names = compiler->names, .diag = diag};
    program->source = text_visible(arena, text_base_name(source->path));
    program->command = source->command;
    if (!model->name)
        model->name = text_visible(arena, stem(arena, source->path));
    lower_model(model, program);
    return program;
}

/* ---- derivatives ---- */

/* Expands derivatives, innermost first, simplifying between two. */
static void expand_derivatives(Graph *graph, const PassOptions *passes, Diag *diag) {
    while (autodiff_step(graph, diag))
        passes_run(graph, passes);
}

void compile_graph(Graph *graph, const PassOptions *passes, Diag *diag) {
    PassOptions last = *passes;
    last.last = last.stops = true;
    passes_run(graph, passes);
    expand_derivatives(graph, passes, diag);
    passes_run(graph, &last);
}

static void report_overgrown(Diag *diag, const Node *derivative) {
    diag_error(diag, derivative->loc,
               "with this derivative the model needs more than the limit of %d operations",
               MAX_DERIVED);
    diag_help(diag, "each derivative of a derivative is several times as large as what it is of");
}

/* ---- variants ---- */

/* A command's variants, with noise and draws and without, are mostly the same: their graphs are
 * made simpler once. */
static void find_like(Program *program) {
    for (int i = 0; i < program->entries.count; i++) {
        Entry *entry = &program->entries.at[i];
        for (int k = 0; entry->variant && !entry->like && k < i; k++) {
            const Entry *before = &program->entries.at[k];
            if (before->kind == entry->kind && !before->like &&
                graph_same(before->graph, entry->graph))
                entry->like = before->graph;
        }
    }
}

static void copy_like(Program *program) {
    for (int i = 0; i < program->entries.count; i++) {
        Entry *entry = &program->entries.at[i];
        for (int k = 0; entry->like && k < i; k++)
            if (program->entries.at[k].graph == entry->like) {
                entry->graph->nodes = entry->like->nodes;
                entry->graph->roots = entry->like->roots;
                entry->kept = program->entries.at[k].kept;
            }
    }
}

/* ---- all entries ---- */

static bool differentiate(Program *program, const PassOptions *passes) {
    for (int i = 0; i < program->entries.count; i++) {
        Entry *entry = &program->entries.at[i];
        if (entry->like)
            continue;
        passes_run(entry->graph, passes);
        graph_segment(entry->graph, passes, program->batch, &entry->kept);
        expand_derivatives(entry->graph, passes, NULL);
        if (entry->graph->overgrown)
            return report_overgrown(program->diag, entry->graph->overgrown), false;
        if (entry->kind == ENTRY_gradcheck) {
            lower_kinks(entry->graph);
            graph_hold(entry->graph);
        }
    }
    return true;
}

/* ---- joined steps ---- */

/* May this step follow the one before in every batch, whatever happens? */
static bool always_follows(const Program *program, int step) {
    const StepInfo *now = &program->steps.at[step], *before = now - 1;
    return step > 0 && now->stage == before->stage && now->every == 1 && before->every == 1 &&
           !now->when && !before->when;
}

/* Steps that compute the same things become one entry. */
static void join_steps(Program *program) {
    int count = 0;
    for (int i = 0; i < program->entries.count; i++) {
        Entry entry = program->entries.at[i], *before = &program->entries.at[count - 1];
        Graph *both = NULL;
        if (count > 0 && entry.kind == ENTRY_step && before->kind == ENTRY_step &&
            always_follows(program, entry.step)) {
            const char *name =
                arena_printf(program->arena, "steps_%s", program->steps.at[before->step].name);
            pass_dce(before->graph);
            pass_dce(entry.graph);
            both = graph_join(before->graph, entry.graph, names_of(program->names, name));
        }
        program->steps.at[entry.step].joined |= both != NULL;
        for (int k = 0; both && k < entry.kept.count; k++)
            list_add(program->arena, &before->kept, entry.kept.at[k]);
        if (both)
            before->graph = both;
        else
            program->entries.at[count++] = entry;
    }
    program->entries.count = count;
}

bool compile_graphs(Program *program, const PassOptions *passes, Stage stage) {
    find_like(program);
    if (!differentiate(program, passes))
        return false;
    if (stage == STAGE_derivatives)
        return copy_like(program), true;
    if (!(passes->left_out & 1u << PASS_cse))
        join_steps(program);
    for (int i = 0; i < program->entries.count; i++) {
        PassOptions options = *passes;
        if (program->entries.at[i].like)
            continue;
        options.last = true;
        options.stops = program->entries.at[i].kind != ENTRY_gradcheck;
        passes_run(program->entries.at[i].graph, &options);
    }
    copy_like(program);
    return true;
}
