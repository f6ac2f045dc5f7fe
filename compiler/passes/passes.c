/* Runs the passes of passes.def until none changes anything: as soon as all of them in turn, from
 * wherever in the order, left the graph as it was.  The verifier looks behind each of them at what
 * has other operands, and at the end at everything.
 *
 *     passes_run(graph, &(PassOptions){0})     all of them but `stops`
 */
#include "passes/passes.h"
#include "passes/cut.h"
#include "passes/rebuild.h"

#include <string.h>

enum { ROUNDS = 12 };

static const struct {
    const char *name;
    const char *what;
    bool (*run)(Graph *graph);
} passes[NUM_PASSES] = {
#define PASS(name, what) {#name, what, pass_##name},
#include "passes/passes.def"
};

static bool is_due(const PassOptions *options, int id) {
    if (options->left_out >> id & 1)
        return false;
    return id == PASS_stops                         ? options->stops
           : id == PASS_unfold || id == PASS_affine ? options->last
                                                    : true;
}

bool passes_run_one(Graph *graph, PassId id) {
    bool changed = passes[id].run(graph);
    if (changed)
        ir_verify(graph, passes[id].name);
    return changed;
}

static void run_body(void *user, Node *scan) {
    const PassOptions *options = user;
    passes_run(scan->attr.body->graph, options);
}

void passes_run(Graph *graph, const PassOptions *options) {
    PassOptions inner = *options;
    graph_bodies(graph, run_body, &inner);
    int n_roots = cut_open(graph), due = 0;
    for (int id = 0; id < NUM_PASSES; id++)
        due += is_due(options, id);
    for (int turn = 0, idle = 0; turn < ROUNDS * NUM_PASSES && idle < due; turn++) {
        int id = turn % NUM_PASSES;
        if (!is_due(options, id))
            continue;
        bool changed = passes[id].run(graph);
        if (changed)
            ir_verify_changed(graph, passes[id].name);
        idle = changed ? 0 : idle + 1;
    }
    cut_mend(graph, n_roots);
    pass_dce(graph);
    ir_verify(graph, "all passes");
}

bool passes_find(const char *name, PassId *id) {
    for (int i = 0; i < NUM_PASSES; i++)
        if (strcmp(passes[i].name, name) == 0) {
            *id = (PassId)i;
            return true;
        }
    return false;
}

bool passes_select(PassOptions *options, Arena *arena, const char *list, const char **unknown) {
    options->left_out = (1u << NUM_PASSES) - 1;
    while (*list) {
        size_t length = strcspn(list, ",");
        const char *name = arena_copy(arena, list, length);
        PassId id;
        if (length > 0 && !passes_find(name, &id)) {
            *unknown = name;
            return false;
        }
        if (length > 0)
            options->left_out &= ~(1u << id);
        list += length + (list[length] == ',');
    }
    return true;
}

void passes_help(Text *text) {
    for (int i = 0; i < NUM_PASSES; i++)
        text_add(text, "  %-10s %s\n", passes[i].name, passes[i].what);
}
