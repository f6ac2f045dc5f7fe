/* The lengths of what the tables name, in one array.  Shapes repeat, and a shape may lie in
 * another:
 *
 *     static const int dims[] = {784, 400, 20, -1, 784};      [400, 20] is dims + 1
 */
#include "emit/trainer/trainer.h"

/* The place of these lengths, or -1. */
static int find(const Dims *dims, Type type) {
    for (int at = 0; at + type.rank <= dims->at.count; at++) {
        int same = 0;
        while (same < type.rank && dims->at.at[at + same] == type.dim[same])
            same++;
        if (same >= type.rank)
            return at;
    }
    return -1;
}

static void add(Arena *arena, Dims *dims, Type type) {
    if (find(dims, type) < 0)
        for (int d = 0; d < type.rank; d++)
            list_add(arena, &dims->at, type.dim[d]);
}

Dims dims_of(Arena *arena, const ProgramPlan *program) {
    Dims dims = {0};
    const Program *of = program->program;
    for (int i = 0; i < of->slots.count; i++)
        add(arena, &dims, of->slots.at[i].type);
    for (int e = 0; e < program->entries.count; e++) {
        const Graph *graph = program->entries.at[e]->graph;
        for (int i = 0; i < graph->roots.count; i++)
            if (graph->roots.at[i].kind != ROOT_assign)
                add(arena, &dims, graph->roots.at[i].node->type);
    }
    return dims;
}

void dims_write(Writer *w, const Dims *dims) {
    Text text;
    text_open(&text, cw_scratch(w));
    for (int i = 0; i < dims->at.count; i++)
        text_add(&text, i > 0 ? ", %d" : "%d", dims->at.at[i]);
    cw_line(w, "static const int dims[] = {%s};", dims->at.count > 0 ? text.at : "0");
}

int dims_place(const Dims *dims, Type type) {
    int place = find(dims, type);
    return place < 0 ? 0 : place;
}
