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

static Plan *entry_plan(const Program *program, const Schedule *schedule, const Entry *entry) {
    Plan *plan = NEW(program->arena, Plan);
    plan->program = program;
    plan->schedule = schedule;
    plan->entry = entry;
    plan->graph = prepare(entry->graph);
    ir_verify(plan->graph, "prepare");
    plan->fusion =
        fuse(program->arena, plan->graph, program->batch, entry->kind == ENTRY_gradcheck);
    plan_kernels(plan);
    cut(plan);
    plan_order(plan);
    plan_life(plan);
    plan_pack(plan);
    plan_scratch(plan);
    const char *wrong = plan_check(program->arena, plan);
    if (wrong)
        die("plan of %s: %s", plan->graph->name, wrong);
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
        Plan *plan = entry_plan(program, schedule, &program->entries.at[i]);
        list_add(program->arena, &all->entries, plan);
        for (int k = 0; plan->entry->kind == ENTRY_step && k < plan->kernels.count; k++)
            all->flops_example +=
                plan->kernels.at[k].flops_rows +
                plan->kernels.at[k].flops / (program->batch > 0 ? program->batch : 1);
    }
    return all;
}
