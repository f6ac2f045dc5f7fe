/* Plan: from graphs to kernels, phases and one arena.  Each step is a file of its own, see plan.h.
 */
#include "plan/plan.h"

static void cut(Plan *plan) {
    for (int i = 0; i < plan->kernels.count; i++) {
        Kernel *kernel = &plan->kernels.at[i];
        const Group *group = kernel->group < 0 ? NULL : &plan->fusion->groups.at[kernel->group];
        plan->schedule->cut[kernel->kind](plan, kernel, group);
    }
}

Plan *plan_graph(const Program *program, const Schedule *schedule, const Entry *entry, Graph *graph,
                 const Kernel *loop) {
    Plan *plan = NEW(program->arena, Plan);
    plan->program = program;
    plan->schedule = schedule;
    plan->entry = entry;
    plan->loop = loop;
    plan->graph = prepare(graph, entry->kind == ENTRY_init && !loop);
    ir_verify(plan->graph, "prepare");
    plan->fusion =
        fuse(program->arena, plan->graph, program->batch, entry->kind == ENTRY_gradcheck && !loop,
             !loop && plan_drawn(program, entry, plan->graph));
    plan_kernels(plan);
    plan_loops(plan);
    plan_nonzeros(plan);
    plan_bands(plan);
    plan_text_rows(plan);
    cut(plan);
    plan_order(plan);
    plan_reach(plan);
    plan_life(plan);
    plan_pack(plan);
    plan_scratch(plan);
    const char *wrong = plan_check(program->arena, plan);
    if (wrong)
        die("plan of %s: %s", plan->graph->name, wrong);
    return plan;
}

/* The plan of the entry that this one is like, by the name of this one. */
static Plan *plan_like(const ProgramPlan *all, const Entry *entry) {
    const Program *program = all->program;
    Plan *plan = NEW(program->arena, Plan);
    int i = 0;
    while (all->entries.at[i]->entry->graph != entry->like)
        i++;
    *plan = *all->entries.at[i];
    plan->like = all->entries.at[i];
    plan->entry = entry;
    plan->graph = NEW(program->arena, Graph);
    *plan->graph = *plan->like->graph;
    plan->graph->name = entry->graph->name;
    return plan;
}

static Plan *plan_entry(const ProgramPlan *all, const Schedule *schedule, const Entry *entry) {
    if (entry->like)
        return plan_like(all, entry);
    Plan *plan = plan_graph(all->program, schedule, entry, entry->graph, NULL);
    plan_place_loops(plan);
    return plan;
}

ProgramPlan *plan_program(const Program *program, const Schedule *schedule) {
    ProgramPlan *all = NEW(program->arena, ProgramPlan);
    all->program = program;
    all->slot_offset = NEW_ARRAY(program->arena, size_t, program->slots.count + 1);
    for (int i = 0; i < program->slots.count; i++) {
        double size = type_size(program->slots.at[i].type, 1);
        all->slot_offset[i] = all->store;
        all->store += ((size_t)size + 15) / 16 * 16;
        if (program->slots.at[i].kind == SLOT_param)
            all->parameters += size;
    }
    for (int i = 0; i < program->entries.count; i++) {
        const Entry *entry = &program->entries.at[i];
        Plan *plan = plan_entry(all, schedule, entry);
        list_add(program->arena, &all->entries, plan);
        for (int k = 0; plan->entry->kind == ENTRY_step && k < plan->parts.count; k++) {
            const Part *part = &plan->parts.at[k];
            const Kernel *kernel = &part->plan->kernels.at[part->place];
            double once =
                kernel->flops_rows + kernel->flops / (program->batch > 0 ? program->batch : 1);
            for (const Plan *of = part->plan; of->loop; of = of->around)
                once *= of->steps;
            all->flops_example += once;
        }
    }
    return all;
}
