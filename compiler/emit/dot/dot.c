/* The dot target: one graph for each entry, a box for each kernel, an arrow where one waits for
 * another.
 *
 *     aecc vae.ae --target=dot -o vae.dot && dot -Tsvg vae.dot
 */
#include "emit/emit.h"

static void add_kernel(Text *out, const Plan *plan, int entry, int place) {
    const Kernel *kernel = &plan->kernels.at[place];
    const Group *group = kernel->group < 0 ? NULL : &plan->fusion->groups.at[kernel->group];
    text_add(out, "        e%d_k%d [label=\"phase %d\\n", entry, place, kernel->phase);
    if (!group)
        text_add(out, "copy to slot %d\\n", kernel->to);
    if (group && group->main)
        text_add(out, "%%%d %s\\n", group->main->id, optab[group->main->op].name);
    for (int i = 0; group && i < group->nodes.count; i++)
        text_add(out, "%%%d %s\\n", group->nodes.at[i]->id, optab[group->nodes.at[i]->op].name);
    text_add(out, "\"];\n");
    for (int i = 0; i < kernel->after.count; i++)
        text_add(out, "        e%d_k%d -> e%d_k%d;\n", entry, kernel->after.at[i], entry, place);
}

void emit_dot(Text *out, const ProgramPlan *plan) {
    text_add(out, "digraph program {\n    node [shape=box, fontname=monospace];\n");
    for (int e = 0; e < plan->entries.count; e++) {
        const Plan *entry = plan->entries.at[e];
        text_add(out, "    subgraph cluster_%d {\n        label=\"%s\";\n", e, entry->graph->name);
        for (int i = 0; i < entry->kernels.count; i++)
            add_kernel(out, entry, e, i);
        text_add(out, "    }\n");
    }
    text_add(out, "}\n");
}
