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

#include <string.h>

const Node *plan_base(const Plan *plan, const Node *node) {
    const Node *base = plan->fusion->value[node->id].layout.base;
    Role role = plan->fusion->value[base->id].role;
    return role == ROLE_leaf || role == ROLE_loop || role == ROLE_kernel ? base : NULL;
}

/* By number of the name: its slot, plus 1. */
static int *slots_by_name(Arena *arena, const Program *program) {
    int *slot = NEW_ARRAY(arena, int, names_count(program->names) + 1);
    for (int i = program->slots.count - 1; i >= 0; i--) {
        const char *name = program->slots.at[i].name;
        slot[names_number(program->names, name, strlen(name))] = i + 1;
    }
    return slot;
}

static int slot_called(const Plan *plan, const char *name) {
    int number = names_number(plan->program->names, name, strlen(name));
    if (number >= plan->names || plan->slot_of_name[number] == 0)
        die("no slot %s", name);
    return plan->slot_of_name[number] - 1;
}

int plan_input(const Program *program, const char *name) {
    for (int i = 0; i < program->inputs.count; i++)
        if (program->inputs.at[i].name == name)
            return i;
    return program->inputs.count; /* the code that decode reads */
}

static int leaf_slot(const Plan *plan, const Node *leaf) {
    return leaf->op == OP_arg ? leaf->attr.ints[0] : slot_called(plan, leaf->attr.name);
}

/* What a body leaves are the slots behind those that it is given. */
static int root_slot(const Plan *plan, int root) {
    if (plan->loop)
        return plan->program->slots.count - plan->graph->roots.count + root;
    return slot_called(plan, plan->graph->roots.at[root].name);
}

Place plan_place(const Plan *plan, const Node *base) {
    if (base->op == OP_input)
        return (Place){PLACE_input, plan_input(plan->program, base->attr.name)};
    if (plan->fusion->value[base->id].role == ROLE_leaf)
        return (Place){PLACE_slot, leaf_slot(plan, base)};
    if (plan->buffer_of[base->id] >= 0)
        return (Place){PLACE_buffer, plan->buffer_of[base->id]};
    if (plan->slot_of[base->id] < 0)
        return (Place){PLACE_scratch, base->id};
    return (Place){PLACE_slot, plan->slot_of[base->id]};
}

size_t plan_size(const Plan *plan, Type type) {
    size_t size = (size_t)type_size(type, plan->program->batch);
    return (size + 15) / 16 * 16;
}

/* ---- in place ---- */

/* By place in the nest, the last moment at which the node is computed or, where each reader
 * computes it again, at which a reader is.  Moment 2p + 1 is pass p, 2p what is computed just
 * before it. */
static int *last_computed(Arena *arena, const Fusion *fusion, const Loops *loops) {
    int *last = NEW_ARRAY(arena, int, loops->count);
    bool *computes = NEW_ARRAY(arena, bool, loops->count);
    for (int i = 0; i < loops->count; i++)
        last[i] = -1;
    for (int pass = 0; pass < loops->passes; pass++) {
        loops_pass(fusion, loops, pass, computes);
        for (int i = 0; i < loops->count; i++)
            if (computes[i])
                last[i] = 2 * pass + 1;
    }
    for (int i = loops->count - 1; i >= 0; i--) { /* readers come first */
        const LoopNode *node = &loops->node[i];
        if (fuse_is_reduce(node->node) || node->is_outer)
            last[i] = 2 * node->pass + fuse_is_reduce(node->node);
        for (int k = 0; k < fuse_edges(fusion, node->node); k++) {
            const LoopNode *in = loops_find(loops, node->edge[k].base);
            if (in && fusion->value[in->node->id].role == ROLE_recomputed &&
                last[in - loops->node] < last[i])
                last[in - loops->node] = last[i];
        }
    }
    return last;
}

/* Whether the nest has read the old value by the time that `writer` overwrites it.  A pass computes
 * all its inner values before it stores any; values for the outer axes are stored one by one, so
 * that of those of the same moment only what stands before the writer reads in time. */
static bool reads_before(const Plan *plan, const Kernel *kernel, const LoopNode *writer,
                         int reader) {
    const Loops *loops = kernel->loops;
    int place = (int)(writer - loops->node), last = kernel->last[reader];
    if (fuse_is_reduce(writer->node) || !writer->is_outer)
        return last <= 2 * writer->pass + 1;
    bool recomputed = plan->fusion->value[loops->node[reader].node->id].role == ROLE_recomputed;
    return last < 2 * writer->pass || (last == 2 * writer->pass && reader <= place && !recomputed);
}

/* Whether a value that the nest itself computes is stored in an earlier pass than that of `writer`,
 * which may then overwrite it; one that it does not compute is. */
static bool stored_before(const Loops *loops, const Node *base, const LoopNode *writer) {
    const LoopNode *made = loops_find(loops, base);
    return !made || (!made->is_outer && !fuse_is_reduce(made->node) && !writer->is_outer &&
                     !fuse_is_reduce(writer->node) && made->pass < writer->pass);
}

bool plan_in_place(const Plan *plan, const Kernel *kernel, const Node *node, const Node *base) {
    const Loops *loops = kernel->loops;
    const LoopNode *writer = loops ? loops_find(loops, node) : NULL;
    const Node *main = kernel->group < 0 ? NULL : plan->fusion->groups.at[kernel->group].main;
    if (!writer || !stored_before(loops, base, writer) || node->type.elem != base->type.elem ||
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
                !reads_before(plan, kernel, writer, i))
                return false;
        }
    }
    return true;
}

/* ---- kernels ---- */

/* By node: the last root that assigns it, plus 1. */
static int *find_assigned(const Plan *plan) {
    int *assigned = NEW_ARRAY(plan->graph->arena, int, plan->graph->nodes.count + 1);
    for (int i = 0; i < plan->graph->roots.count; i++) {
        const Node *base = plan_base(plan, plan->graph->roots.at[i].node);
        if (plan->graph->roots.at[i].kind == ROOT_assign && base)
            assigned[base->id] = i + 1;
    }
    return assigned;
}

/* What the kernel is named for: the last value that it assigns, else the last that has a name, else
 * the last. */
static const Node *name_node(const Plan *plan, const Group *group, const int *assigned) {
    const Node *named = group->main && group->main->name ? group->main : NULL, *last = NULL;
    for (int i = 0; i < group->nodes.count; i++) {
        const Node *node = group->nodes.at[i];
        if (assigned[node->id] > (last ? assigned[last->id] : 0))
            last = node;
        if (node->name && plan->fusion->value[node->id].role == ROLE_loop)
            named = node;
    }
    if (last || named)
        return last ? last : named;
    return group->nodes.count > 0 ? group->nodes.at[group->nodes.count - 1] : group->main;
}

static void open_kernels(Plan *plan, int *kernel_of) {
    Fusion *fusion = plan->fusion;
    const int *assigned = find_assigned(plan);
    for (int g = 0; g < fusion->groups.count; g++) {
        const Group *group = &fusion->groups.at[g];
        if (group->gone)
            continue;
        Kernel kernel = {
            .kind = group->kind, .group = g, .node = name_node(plan, group, assigned), .to = -1};
        Frame frame;
        if (group->nodes.count > 0) {
            if (group->main && !loops_frame(fusion, group, group->by_columns, &frame))
                die("product %%%d lost its frame", group->main->id);
            kernel.loops =
                loops_build(fusion, plan->graph->arena, group, group->main ? &frame : NULL);
            for (int i = 0; i < kernel.loops->count; i++)
                if (kernel.loops->node[i].keep == KEEP_memory)
                    fusion->value[kernel.loops->node[i].node->id].stored = true;
            kernel.last = last_computed(plan->graph->arena, fusion, kernel.loops);
            kernel.held = fusion->hold && !group->main &&
                          group->nodes.at[group->nodes.count - 1]->op == OP_stop;
        }
        kernel_of[g] = plan->kernels.count;
        list_add(plan->graph->arena, &plan->kernels, kernel);
    }
}

typedef struct KernelReads {
    Plan *plan;
    const int *kernel_of;
    int kernel;
} KernelReads;

static void add_after(Plan *plan, int kernel, int before) {
    Kernel *k = &plan->kernels.at[kernel];
    for (int i = 0; i < k->after.count; i++)
        if (k->after.at[i] == before)
            return;
    if (kernel != before)
        list_add(plan->graph->arena, &k->after, before);
}

static void add_read(void *user, const Node *base, const Layout *layout) {
    KernelReads *reads = user;
    Plan *plan = reads->plan;
    Kernel *kernel = &plan->kernels.at[reads->kernel];
    const FusionValue *value = &plan->fusion->value[base->id];
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
        KernelReads reads = {plan, kernel_of, i};
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

typedef struct SlotRead {
    int kernel;
    const Node *leaf;
} SlotRead;

typedef struct Assigning {
    Plan *plan;
    const int *kernel_of;
    List(SlotRead) * reads; /* by slot, in the order of kernels */
    int *seen, search;      /* by kernel: number of the search that has been there */
} Assigning;

static void find_slot_reads(Assigning *a) {
    const Plan *plan = a->plan;
    for (int i = 0; i < plan->kernels.count; i++)
        for (int k = 0; k < plan->kernels.at[i].touches.count; k++) {
            const Node *node = plan->kernels.at[i].touches.at[k].node;
            SlotRead read = {i, node};
            if (plan->fusion->value[node->id].role == ROLE_leaf && node->op != OP_input)
                list_add(plan->graph->arena, &a->reads[leaf_slot(plan, node)], read);
        }
}

static bool depends(Assigning *a, int kernel, int on) {
    if (kernel == on)
        return true;
    if (a->seen[kernel] == a->search)
        return false;
    a->seen[kernel] = a->search;
    const Kernel *k = &a->plan->kernels.at[kernel];
    for (int i = 0; i < k->after.count; i++)
        if (depends(a, k->after.at[i], on))
            return true;
    return false;
}

/* Can kernel `writer` write the node into the slot, with all other readers of the slot before it?
 */
static bool can_assign(Assigning *a, int writer, const Node *node, int slot) {
    for (int i = 0; i < a->reads[slot].count; i++) {
        SlotRead read = a->reads[slot].at[i];
        a->search++;
        if (read.kernel == writer
                ? !plan_in_place(a->plan, &a->plan->kernels.at[writer], node, read.leaf)
                : depends(a, read.kernel, writer))
            return false;
    }
    return true;
}

static void add_copy(Assigning *a, const Assign *assign) {
    Plan *plan = a->plan;
    Kernel copy = {.kind = KERNEL_copy, .group = -1, .node = assign->node, .to = assign->slot};
    list_add(plan->graph->arena, &copy.touches, (Touch){.node = assign->node});
    list_add(plan->graph->arena, &plan->kernels, copy);
    int place = plan->kernels.count - 1;
    add_after(plan, place, a->kernel_of[plan->fusion->value[assign->node->id].group]);
    for (int i = 0; i < a->reads[assign->slot].count; i++)
        add_after(plan, place, a->reads[assign->slot].at[i].kernel);
}

static void make_assigns(Assigning *a) {
    Plan *plan = a->plan;
    for (int i = 0; i < plan->graph->roots.count; i++) {
        const Root *root = &plan->graph->roots.at[i];
        if (root->kind != ROOT_assign)
            continue;
        Assign assign = {plan_base(plan, root->node), root_slot(plan, i), false};
        int writer = a->kernel_of[plan->fusion->value[assign.node->id].group];
        assign.direct =
            can_assign(a, writer, assign.node, assign.slot) && !plan->kernels.at[writer].held;
        for (int r = 0; assign.direct && r < a->reads[assign.slot].count; r++)
            add_after(plan, writer, a->reads[assign.slot].at[r].kernel);
        if (assign.direct && plan->slot_of[assign.node->id] < 0)
            plan->slot_of[assign.node->id] = assign.slot;
        list_add(plan->graph->arena, &plan->assigns_of[assign.node->id], plan->assigns.count);
        list_add(plan->graph->arena, &plan->assigns, assign);
    }
    for (int i = 0; i < plan->assigns.count; i++)
        if (!plan->assigns.at[i].direct)
            add_copy(a, &plan->assigns.at[i]);
}

void plan_kernels(Plan *plan) {
    Arena *arena = plan->graph->arena;
    int nodes = plan->graph->nodes.count;
    int *kernel_of = NEW_ARRAY(arena, int, plan->fusion->groups.count + 1);
    plan->buffer_of = NEW_ARRAY(arena, int, nodes + 1);
    plan->slot_of = NEW_ARRAY(arena, int, nodes + 1);
    plan->assigns_of = NEW_ARRAY(arena, IntList, nodes + 1);
    plan->slot_of_name = plan->loop ? NULL : slots_by_name(arena, plan->program);
    plan->names = names_count(plan->program->names);
    for (int i = 0; i < nodes; i++)
        plan->buffer_of[i] = plan->slot_of[i] = -1;
    open_kernels(plan, kernel_of);
    find_touches(plan, kernel_of);
    Assigning a = {.plan = plan, .kernel_of = kernel_of};
    a.reads = arena_alloc(arena, sizeof *a.reads * (size_t)(plan->program->slots.count + 1));
    a.seen = NEW_ARRAY(arena, int, plan->kernels.count + 1);
    find_slot_reads(&a);
    make_assigns(&a);
}
