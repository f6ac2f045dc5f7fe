/* What entries tell, a list of numbers for each: its kernels and where their arguments lie, its
 * loops, its outputs, what is said of kernels that are timed, what they see of an input.  AertTold
 * (runtime/aert.h) says in which order.
 *
 *     static const uint8_t encode_list[] = {
 *         AERT_FAR_3(102400), AERT_FAR_3(102400), 0, 3, 0, 0,
 *         …
 */
#include "emit/trainer/trainer.h"

#include <string.h>

enum { MOST_DIGITS = 11 }; /* of the number of a value, with its t */

/* How the runtime spells each kind. */
static const char *const output_names[] = {
#define ABI_OUTPUT(name, NAME, what) [ROOT_##name] = "AERT_" #NAME,
#include "abi.def"
};

/* A list while it is written. */
typedef struct Lists {
    Writer *w;
    Told *told;
    const Plan *plan;
    int first; /* number of its first kernel */
    size_t made[MADES];
} Lists;

static const char *number(const Lists *l, long number) {
    return rows_number(cw_scratch(l->w), number);
}

static const char *signed_number(const Lists *l, long number) {
    return rows_signed(cw_scratch(l->w), number);
}

static const char *place_of(const Lists *l, Loc loc) {
    Diag *diag = l->plan->program->diag;
    return number(l, texts_name(&l->told->texts, diag ? diag_place(diag, loc) : ""));
}

/* The number of records that follow. */
static void write_count(Lists *l, Made made, int count, const char *what) {
    cw_line(l->w, "    %s, /* %s */", number(l, count), what);
    l->made[made] += (size_t)count;
    l->made[MADE_table]++;
}

/* ---- kernels ---- */

static void write_kernels(Lists *l) {
    write_count(l, MADE_kernel, l->plan->parts.count, "kernels");
    for (int i = 0; i < l->plan->parts.count; i++) {
        const Plan *own = l->plan->parts.at[i].plan;
        formula_comment(&(Writer){l->w->text, 1, l->w->scratch}, own,
                        &own->kernels.at[l->plan->parts.at[i].place]);
        cw_line(l->w, "    %s, /* %s */",
                rows_kernel(cw_scratch(l->w), &l->told->rows, l->first + i),
                share_name(cw_scratch(l->w), l->told->codes, l->first + i));
        cw_clear(l->w);
    }
}

/* Where the arguments of the entry's kernels lie, a line for each kernel. */
static void write_places(Lists *l) {
    int count = 0;
    const KernelCode *codes = &l->told->codes->at[l->first];
    for (int i = 0; i < l->plan->parts.count; i++)
        count += codes[i].n_args;
    write_count(l, MADE_place, count, "places");
    for (int i = 0; i < l->plan->parts.count; i++) {
        Text line;
        text_open(&line, cw_scratch(l->w));
        for (int a = 0; a < codes[i].places.count; a++)
            text_add(&line, "%s%s", a > 0 ? ", " : "",
                     rows_place(l->w->text->arena, &l->told->rows, &codes[i].places.at[a]));
        if (codes[i].places.count > 0)
            cw_line(l->w, "    %s,", line.at);
        cw_clear(l->w);
    }
}

/* ---- loops ---- */

static int count_parts(const Plan *plan);

/* Kernels that a plan's is in the entry's list: those of a loop. */
static int count_kernel(const Kernel *kernel) {
    Plan *plans[LOOP_PLANS];
    int own = plan_loop_plans(kernel, plans), count = own == 0;
    for (int k = 0; k < own; k++)
        count += count_parts(plans[k]);
    return count;
}

static int count_parts(const Plan *plan) {
    int count = 0;
    for (int i = 0; i < plan->kernels.count; i++)
        count += count_kernel(&plan->kernels.at[i]);
    return count;
}

/* Loops, one for each plan with kernels, and what their steps are given. */
typedef struct LoopCount {
    int loops, given;
} LoopCount;

static LoopCount count_loops(const Plan *plan) {
    LoopCount count = {0, 0};
    for (int i = 0; i < plan->kernels.count; i++) {
        Plan *plans[LOOP_PLANS];
        for (int k = plan_loop_plans(&plan->kernels.at[i], plans); k-- > 0;)
            if (plans[k]->kernels.count > 0) {
                LoopCount within = count_loops(plans[k]);
                count.loops += 1 + within.loops;
                count.given += within.given;
                if (plans[k] != plan->kernels.at[i].idle) /* which is given the same as the body */
                    count.given += plans[k]->given.count;
            }
    }
    return count;
}

static const char *given_place(Arena *arena, const ProgramPlan *program, const Plan *around,
                               Place place) {
    if (place.kind == PLACE_input)
        return arena_printf(arena, "AERT_INPUT(%d)", place.index);
    if (place.kind == PLACE_slot && around->loop)
        return arena_printf(arena, "AERT_GIVEN(%d)", place.index);
    if (place.kind == PLACE_slot)
        return arena_printf(arena, "AERT_STORE(%zu)", program->slot_offset[place.index]);
    return arena_printf(arena, "AERT_ARENA(%zu)",
                        around->base + around->buffers.at[place.index].offset);
}

/* The lists of loops and of what is given, while they are written. */
typedef struct LoopLists {
    const Lists *of;
    Text loops, given;
    int passed, kernel; /* so many given values and kernels are written, or passed */
} LoopLists;

static void add_given(LoopLists *t, const Plan *plan) {
    const Lists *l = t->of;
    Arena *arena = cw_scratch(l->w);
    for (int k = 0; k < plan->given.count; k++) {
        const Given *g = &plan->given.at[k];
        const Slot *slot = g->tokens ? NULL : &plan->program->slots.at[k];
        const char *place = given_place(arena, l->told->program, plan->around, g->place);
        text_add(&t->given, "    %s, %d, %s, %s, ", rows_word(arena, place),
                 !slot || slot->type.elem == ELEM_int, number(l, (long)g->at),
                 number(l, (long)g->at_rows));
        text_add(&t->given, "%s, %s, /* %s */\n", signed_number(l, g->step),
                 signed_number(l, g->step_rows),
                 c_word(arena, slot ? slot->name : g->tokens->attr.name));
    }
    t->passed += plan->given.count;
}

/* Each of the plan's loops, those within one behind it. */
static void add_loops(LoopLists *t, const Plan *plan) {
    for (int i = 0; i < plan->kernels.count; i++) {
        const Kernel *kernel = &plan->kernels.at[i];
        Plan *plans[LOOP_PLANS];
        int count = plan_loop_plans(kernel, plans), given = 0; /* where those of the body begin */
        for (int k = 0; k < count; k++) {
            const Plan *of = plans[k];
            bool idle = of == kernel->idle; /* which is given the same */
            given = idle ? given : t->passed;
            if (of->kernels.count == 0)
                continue;
            int steps = idle ? 0 : of->steps;
            int gate = kernel->idle && of == kernel->body ? kernel->gate : -1;
            const int numbers[] = {t->kernel, count_parts(of), steps,
                                   given,     of->given.count, count_loops(of).loops};
            text_add(&t->loops, "   ");
            for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++)
                text_add(&t->loops, " %s,", number(t->of, numbers[n]));
            text_add(&t->loops, " %s,\n", signed_number(t->of, gate));
            if (!idle)
                add_given(t, of);
            add_loops(t, of);
        }
        t->kernel += count == 0;
    }
}

/* The entry's loops; then what their steps are given and leave. */
static void write_loops(Lists *l) {
    Writer *w = l->w;
    LoopLists lists = {.of = l};
    LoopCount count = count_loops(l->plan);
    text_open(&lists.loops, w->text->arena);
    text_open(&lists.given, w->text->arena);
    add_loops(&lists, l->plan);
    write_count(l, MADE_loop, count.loops, "loops");
    text_add_bytes(w->text, lists.loops.at, lists.loops.length);
    write_count(l, MADE_given, count.given, "given");
    text_add_bytes(w->text, lists.given.at, lists.given.length);
}

/* ---- outputs ---- */

static void write_outputs(Lists *l) {
    const Plan *plan = l->plan;
    int count = 0;
    for (int i = 0; i < plan->graph->roots.count; i++)
        count += plan->graph->roots.at[i].kind != ROOT_assign;
    write_count(l, MADE_output, count, "outputs");
    for (int i = 0; i < plan->graph->roots.count; i++) {
        const Root *root = &plan->graph->roots.at[i];
        if (root->kind == ROOT_assign)
            continue;
        const Node *base = plan_base(plan, root->node);
        int columns = root->columns ? 1 + plan_input(plan->program, root->columns) : 0;
        size_t offset = plan->buffers.at[plan_place(plan, base).index].offset;
        cw_line(l->w, "    %s, %s, %s, %s, %s, %d, %d, %s, /* %s */",
                number(l, texts_name(&l->told->texts, root->name)), place_of(l, root->loc),
                number(l, dims_place(&l->told->dims, root->node->type)), number(l, (long)offset),
                output_names[root->kind], root->node->type.rank, root->node->type.elem == ELEM_int,
                number(l, columns), root->name);
        cw_clear(l->w);
    }
}

/* ---- what is said of kernels ---- */

static const char *flops_number(Lists *l, double flops) {
    Told *told = l->told;
    int i = 0;
    while (i < told->flops.count && told->flops.at[i] != (float)flops)
        i++;
    if (i == told->flops.count)
        list_add(l->w->text->arena, &told->flops, (float)flops);
    return number(l, i);
}

static void write_infos(Lists *l) {
    Arena *arena = cw_scratch(l->w);
    bool timed = l->plan->entry->kind == ENTRY_step;
    int count = timed ? l->plan->parts.count : 0;
    write_count(l, MADE_info, count, "timed");
    for (int i = 0; i < count; i++) {
        const Plan *own = l->plan->parts.at[i].plan;
        const Kernel *k = &own->kernels.at[l->plan->parts.at[i].place];
        Label label = kernel_label(arena, own, k);
        Text line;
        text_open(&line, arena);
        text_add(&line, "%s, %s, %s, %s,", place_of(l, k->node->loc), flops_number(l, k->flops),
                 flops_number(l, k->flops_rows),
                 number(l, texts_form(&l->told->texts, label.form)));
        l->made[MADE_character] += strlen(label.form) + 1;
        for (int n = 0; n < label.names.count; n++) {
            const LabelName *name = &label.names.at[n];
            int of =
                name->text ? 2 * texts_name(&l->told->texts, name->text) : 2 * name->number + 1;
            text_add(&line, " %s,", number(l, of));
            l->made[MADE_character] += name->text ? strlen(name->text) : MOST_DIGITS;
        }
        cw_line(l->w, "    %s /* %s */", line.at, label.form);
        cw_clear(l->w);
    }
}

/* ---- what they see ---- */

/* What kernels see of the input that is drawn, those of a loop what the loop sees; then what is
 * drawn. */
static void write_reach(Lists *l) {
    const Plan *plan = l->plan;
    write_count(l, MADE_reach, plan->reach ? count_parts(plan) + 1 : 0, "reach");
    for (int i = 0; plan->reach && i <= plan->kernels.count; i++) {
        const Reach *reach = &plan->reach[i];
        int parts = i < plan->kernels.count ? count_kernel(&plan->kernels.at[i]) : 1;
        while (parts-- > 0)
            cw_line(l->w, "    %s, %s, %s, %d,", signed_number(l, reach->lines),
                    signed_number(l, reach->from), signed_number(l, reach->end), reach->ahead);
    }
}

/* ---- entries ---- */

static bool writes(const Kernel *kernel, Place place) {
    for (int i = 0; i < kernel->touches.count; i++) {
        const Touch *touch = &kernel->touches.at[i];
        if (touch->write && touch->place.kind == place.kind && touch->place.index == place.index)
            return true;
    }
    return false;
}

/* How many kernels, from the first, compute all outputs but gradients: a loop is one of the plan
 * around it. */
static int before_gradients(const Plan *plan) {
    int most = 0;
    for (int r = 0; r < plan->graph->roots.count; r++) {
        const Root *root = &plan->graph->roots.at[r];
        if (root->kind == ROOT_assign || root->kind == ROOT_gradient)
            continue;
        Place place = plan_place(plan, plan_base(plan, root->node));
        for (int i = most; i < plan->parts.count; i++) {
            const Plan *own = plan->parts.at[i].plan;
            const Kernel *kernel = &own->kernels.at[plan->parts.at[i].place];
            for (; own->loop; own = own->around)
                kernel = own->loop;
            if (writes(kernel, place))
                most = i + 1;
        }
    }
    return most;
}

static void write_list(Lists *l) {
    const Plan *plan = l->plan;
    cw_line(l->w, "/* ---- %s: %d kernels in %d phases, arena %zu reals ---- */", plan->graph->name,
            plan->kernels.count, plan->phases, plan->arena);
    cw_line(l->w, "static const uint8_t %s_list[] = {", c_entry_word(cw_scratch(l->w), plan));
    cw_line(l->w, "    %s, %s, %s, /* arena */", number(l, (long)plan->arena),
            number(l, (long)plan->bound), number(l, (long)plan->scratch));
    cw_line(l->w, "    %s, %s, %s,", number(l, before_gradients(plan)), number(l, plan->line),
            number(l, plan_scalars(plan)));
    write_kernels(l);
    write_places(l);
    write_loops(l);
    write_outputs(l);
    write_infos(l);
    write_reach(l);
    cw_line(l->w, "};");
    cw_clear(l->w);
}

void lists_write(Writer *w, Told *told) {
    int count = told->program->entries.count;
    Lists *lists = NEW_ARRAY(w->text->arena, Lists, count + 1);
    for (int e = 0; e < count; e++)
        texts_name(&told->texts, told->program->entries.at[e]->graph->name);
    for (int e = 0, first = 0; e < count; e++) {
        const Plan *plan = told->program->entries.at[e];
        lists[e] = (Lists){.w = w, .told = told, .plan = plan, .first = first};
        for (int k = 0; k < e; k++)
            if (plan->like == told->program->entries.at[k])
                memcpy(lists[e].made, lists[k].made, sizeof lists[e].made);
        if (!plan->like)
            write_list(&lists[e]);
        first += plan->parts.count;
        bool both = plan->entry->reals == (IN_FLOAT | IN_DOUBLE);
        for (int m = 0; m < MADES; m++)
            told->made[m] += lists[e].made[m] * (both ? 2 : 1);
    }
}

void lists_write_flops(Writer *w, const Told *told) {
    cw_line(w, "static const float flops[] = {");
    for (int i = 0; i < told->flops.count; i++)
        cw_line(w, "    %.9g, /* %d */", (double)told->flops.at[i], i);
    cw_line(w, "    0};");
}
