/* Kernels: one for each group, what it reads and writes, and which assignments it makes itself.
 *
 * An assigned value is written straight into its slot by the kernel that computes it, if every
 * other reader of the old value can run before; otherwise it is computed into the arena and copied
 * at the end.
 *
 *     assign "W" = sub(param "W", …)      the update overwrites W element by element
 *     assign "a" = %b, assign "b" = %a    one of them is copied
 */
#include "plan/plan.h"

const Node *plan_base(const Plan *plan, const Node *node) {
    const Node *base = plan->fusion->value[node->id].layout.base;
    Role role = plan->fusion->value[base->id].role;
    return role == ROLE_leaf || role == ROLE_loop || role == ROLE_kernel ? base : NULL;
}

int plan_slot(const Program *program, const char *name) {
    for (int i = 0; i < program->slots.count; i++)
        if (program->slots.at[i].name == name)
            return i;
    die("no slot %s", name);
}

int plan_input(const Program *program, const char *name) {
    for (int i = 0; i < program->inputs.count; i++)
        if (program->inputs.at[i].name == name)
            return i;
    return program->inputs.count; /* the code that decode reads */
}

Place plan_place(const Plan *plan, const Node *base) {
    if (base->op == OP_input)
        return (Place){PLACE_input, plan_input(plan->program, base->attr.name)};
    if (plan->fusion->value[base->id].role == ROLE_leaf)
        return (Place){PLACE_slot, plan_slot(plan->program, base->attr.name)};
    if (plan->buffer_of[base->id] >= 0)
        return (Place){PLACE_buffer, plan->buffer_of[base->id]};
    if (plan->slot_of[base->id] < 0)
        return (Place){PLACE_slice, base->id};
    return (Place){PLACE_slot, plan->slot_of[base->id]};
}

size_t plan_size(const Plan *plan, Type type) {
    size_t size = (size_t)type_size(type, plan->program->batch);
    return (size + 15) / 16 * 16;
}

/* ---- in place ---- */

/* Moments of a nest: the values before pass p at 2p, the pass itself at 2p + 1. */
static int last_computed(const Plan *plan, const Loops *loops, int place) {
    const LoopNode *node = &loops->node[place];
    if (fuse_is_reduce(node->node))
        return 2 * node->pass + 1;
    if (node->is_outer)
        return 2 * node->pass;
    int last = -1;
    Arena *scratch = arena_open();
    bool *computes = NEW_ARRAY(scratch, bool, loops->count);
    for (int pass = 0; pass < loops->passes; pass++) {
        loops_pass(plan->fusion, loops, pass, computes);
        if (computes[place])
            last = 2 * pass + 1;
    }
    arena_close(scratch);
    if (plan->fusion->value[node->node->id].role != ROLE_free)
        return last;
    for (int i = place + 1; i < loops->count; i++)
        for (int k = 0; k < fuse_edges(plan->fusion, loops->node[i].node); k++)
            if (loops->node[i].edge[k].base == node->node) {
                int moment = last_computed(plan, loops, i);
                last = moment > last ? moment : last;
            }
    return last;
}

/* Inner values are stored when all of a pass are computed; those for the outer axes, one after the
 * other: at the same moment, only what stands before the writer reads the old value. */
static bool reads_before(const Plan *plan, const Loops *loops, const LoopNode *writer, int reader) {
    int place = (int)(writer - loops->node), last = last_computed(plan, loops, reader);
    if (fuse_is_reduce(writer->node) || !writer->is_outer)
        return last <= 2 * writer->pass + 1;
    bool free = plan->fusion->value[loops->node[reader].node->id].role == ROLE_free;
    return last < 2 * writer->pass || (last == 2 * writer->pass && reader <= place && !free);
}

bool plan_in_place(const Plan *plan, const Kernel *kernel, const Node *node, const Node *base) {
    const Loops *loops = kernel->loops;
    const LoopNode *writer = loops ? loops_find(loops, node) : NULL;
    const Node *main = kernel->group < 0 ? NULL : plan->fusion->groups.at[kernel->group].main;
    if (!writer || loops_find(loops, base) ||
        type_size(node->type, plan->program->batch) != type_size(base->type, plan->program->batch))
        return false;
    for (int k = 0; main && k < main->n_in; k++)
        if (plan_base(plan, main->in[k]) == base)
            return false;
    for (int i = 0; i < loops->count; i++) {
        const LoopNode *reader = &loops->node[i];
        for (int k = 0; k < fuse_edges(plan->fusion, reader->node); k++) {
            const Access *access = &reader->edge[k];
            if (access->base != base)
                continue;
            for (int a = 0; a < loops->axes; a++)
                if (!len_equal(access->stride[a], writer->own.stride[a]))
                    return false;
            if (access->offset.c[0] || access->offset.c[1] || access->offset.c[2] ||
                !reads_before(plan, loops, writer, i))
                return false;
        }
    }
    return true;
}

/* ---- kernels ---- */

/* What the kernel is named for: the last value that it assigns, else the last that has a name, else
 * the last. */
static const Node *name_node(const Plan *plan, const Group *group) {
    const Node *named = group->main && group->main->name ? group->main : NULL;
    for (int i = plan->graph->roots.count - 1; i >= 0; i--)
        for (int k = 0; k < group->nodes.count; k++)
            if (plan->graph->roots.at[i].kind == ROOT_assign &&
                plan_base(plan, plan->graph->roots.at[i].node) == group->nodes.at[k])
                return group->nodes.at[k];
    for (int i = 0; i < group->nodes.count; i++) {
        Role role = plan->fusion->value[group->nodes.at[i]->id].role;
        named = group->nodes.at[i]->name && role == ROLE_loop ? group->nodes.at[i] : named;
    }
    if (named)
        return named;
    return group->nodes.count > 0 ? group->nodes.at[group->nodes.count - 1] : group->main;
}

static void open_kernels(Plan *plan, int *kernel_of) {
    Fusion *fusion = plan->fusion;
    for (int g = 0; g < fusion->groups.count; g++) {
        const Group *group = &fusion->groups.at[g];
        if (group->gone)
            continue;
        Kernel kernel = {.group = g, .node = name_node(plan, group), .to = -1};
        Frame frame;
        if (group->nodes.count > 0) {
            if (group->main && !loops_frame(fusion, group, group->by_columns, &frame))
                die("product %%%d lost its frame", group->main->id);
            kernel.loops =
                loops_build(fusion, plan->graph->arena, group, group->main ? &frame : NULL);
            for (int i = 0; i < kernel.loops->count; i++)
                if (kernel.loops->node[i].keep == KEEP_memory)
                    fusion->value[kernel.loops->node[i].node->id].stored = true;
            kernel.held = fusion->hold && !group->main &&
                          group->nodes.at[group->nodes.count - 1]->op == OP_stop;
        }
        kernel_of[g] = plan->kernels.count;
        list_add(plan->graph->arena, &plan->kernels, kernel);
    }
}

typedef struct Reads {
    Plan *plan;
    const int *kernel_of;
    int kernel;
} Reads;

static void add_after(Plan *plan, int kernel, int before) {
    Kernel *k = &plan->kernels.at[kernel];
    for (int i = 0; i < k->after.count; i++)
        if (k->after.at[i] == before)
            return;
    if (kernel != before)
        list_add(plan->graph->arena, &k->after, before);
}

static void add_read(void *user, const Node *base, const Layout *layout) {
    Reads *reads = user;
    Plan *plan = reads->plan;
    Kernel *kernel = &plan->kernels.at[reads->kernel];
    const Value *value = &plan->fusion->value[base->id];
    (void)layout;
    if (value->role != ROLE_leaf) {
        if (!value->stored && value->group == kernel->group)
            return;
        add_after(plan, reads->kernel, reads->kernel_of[value->group]);
    }
    for (int i = 0; i < kernel->touches.count; i++)
        if (kernel->touches.at[i].node == base && !kernel->touches.at[i].write)
            return;
    list_add(plan->graph->arena, &kernel->touches, (Touch){.node = base});
}

/* Reads and writes by node; places are filled in when they are known. */
static void find_touches(Plan *plan, const int *kernel_of) {
    Fusion *fusion = plan->fusion;
    for (int i = 0; i < plan->kernels.count; i++) {
        Kernel *kernel = &plan->kernels.at[i];
        const Group *group = &fusion->groups.at[kernel->group];
        Reads reads = {plan, kernel_of, i};
        for (int k = 0; group->main && k < group->main->n_in; k++) {
            const Node *base = plan_base(plan, group->main->in[k]);
            if (base)
                add_read(&reads, base, NULL);
        }
        for (int k = 0; k < group->nodes.count; k++)
            if (fusion->value[group->nodes.at[k]->id].role == ROLE_loop)
                fuse_reads(fusion, group->nodes.at[k], add_read, &reads);
        if (group->main)
            list_add(plan->graph->arena, &kernel->touches,
                     (Touch){.node = group->main, .write = true});
        for (int k = 0; k < group->nodes.count; k++)
            if (fusion->value[group->nodes.at[k]->id].stored)
                list_add(plan->graph->arena, &kernel->touches,
                         (Touch){.node = group->nodes.at[k], .write = true});
    }
}

/* ---- assignments ---- */

static bool depends(const Plan *plan, int kernel, int on, bool *seen) {
    if (kernel == on)
        return true;
    if (seen[kernel])
        return false;
    seen[kernel] = true;
    const Kernel *k = &plan->kernels.at[kernel];
    for (int i = 0; i < k->after.count; i++)
        if (depends(plan, k->after.at[i], on, seen))
            return true;
    return false;
}

static bool reads_slot(const Plan *plan, int kernel, const char *name, const Node **leaf,
                       int *from) {
    const Kernel *k = &plan->kernels.at[kernel];
    for (; *from < k->touches.count; ++*from) {
        const Node *node = k->touches.at[*from].node;
        if (plan->fusion->value[node->id].role == ROLE_leaf && node->op != OP_input &&
            node->attr.name == name) {
            *leaf = node;
            ++*from;
            return true;
        }
    }
    return false;
}

/* Can kernel `writer` write the node into the slot, with all other readers of the slot before it?
 */
static bool can_assign(const Plan *plan, int writer, const Node *node, const char *name) {
    for (int r = 0; r < plan->kernels.count; r++) {
        const Node *leaf;
        for (int from = 0; reads_slot(plan, r, name, &leaf, &from);) {
            if (r == writer) {
                if (!plan_in_place(plan, &plan->kernels.at[r], node, leaf))
                    return false;
                continue;
            }
            Arena *scratch = arena_open();
            bool cyclic = depends(plan, r, writer, NEW_ARRAY(scratch, bool, plan->kernels.count));
            arena_close(scratch);
            if (cyclic)
                return false;
        }
    }
    return true;
}

static void add_copy(Plan *plan, const Assign *assign, int computed_by, const char *name) {
    Kernel copy = {.group = -1, .node = assign->node, .to = assign->slot};
    list_add(plan->graph->arena, &copy.touches, (Touch){.node = assign->node});
    list_add(plan->graph->arena, &plan->kernels, copy);
    int place = plan->kernels.count - 1;
    add_after(plan, place, computed_by);
    for (int r = 0; r < place; r++) {
        const Node *leaf;
        int from = 0;
        if (reads_slot(plan, r, name, &leaf, &from))
            add_after(plan, place, r);
    }
}

static void make_assigns(Plan *plan, const int *kernel_of) {
    int kernels = plan->kernels.count;
    for (int i = 0; i < plan->graph->roots.count; i++) {
        const Root *root = &plan->graph->roots.at[i];
        if (root->kind != ROOT_assign)
            continue;
        Assign assign = {plan_base(plan, root->node), plan_slot(plan->program, root->name), false};
        int writer = kernel_of[plan->fusion->value[assign.node->id].group];
        assign.direct =
            can_assign(plan, writer, assign.node, root->name) && !plan->kernels.at[writer].held;
        for (int r = 0; assign.direct && r < kernels; r++) {
            const Node *leaf;
            int from = 0;
            if (reads_slot(plan, r, root->name, &leaf, &from))
                add_after(plan, writer, r);
        }
        if (assign.direct && plan->slot_of[assign.node->id] < 0)
            plan->slot_of[assign.node->id] = assign.slot;
        list_add(plan->graph->arena, &plan->assigns, assign);
    }
    for (int i = 0; i < plan->assigns.count; i++) {
        const Assign *assign = &plan->assigns.at[i];
        if (!assign->direct)
            add_copy(plan, assign, kernel_of[plan->fusion->value[assign->node->id].group],
                     plan->program->slots.at[assign->slot].name);
    }
}

void plan_kernels(Plan *plan) {
    Arena *arena = plan->graph->arena;
    int nodes = plan->graph->nodes.count;
    int *kernel_of = NEW_ARRAY(arena, int, plan->fusion->groups.count + 1);
    plan->buffer_of = NEW_ARRAY(arena, int, nodes + 1);
    plan->slot_of = NEW_ARRAY(arena, int, nodes + 1);
    for (int i = 0; i < nodes; i++)
        plan->buffer_of[i] = plan->slot_of[i] = -1;
    open_kernels(plan, kernel_of);
    find_touches(plan, kernel_of);
    make_assigns(plan, kernel_of);
}
