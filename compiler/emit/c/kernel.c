/* Kernels: one function each: a comment, the pointers it uses by the user's names, then its loops.
 *
 *     static void REAL(k12_logits)(const AertRun *run, int begin, int end) {
 *         const int n = run->rows;
 *         const real *h = (const real *)run->arena + 51200;    (the shape follows as a comment)
 *
 * Here the parts of it become texts; share.c puts them together.
 */
#include "emit/c/c.h"

#include <ctype.h>
#include <string.h>

static bool same_place(Place a, Place b) {
    return a.kind == b.kind && a.index == b.index;
}

/* "m" of "train.main.m:encoder.W", "W" of "encoder.W". */
static const char *slot_wish(Arena *arena, const char *name) {
    const char *colon = strchr(name, ':');
    if (!colon)
        return c_last_part(name);
    return c_last_part(arena_copy(arena, name, (size_t)(colon - name)));
}

static void add_pointer(KernelWriter *k, const Touch *touch) {
    for (int i = 0; i < k->pointers.count; i++)
        if (same_place(k->pointers.at[i].place, touch->place)) {
            k->pointers.at[i].written |= touch->write;
            return;
        }
    const char *wish;
    const Program *program = k->program->program;
    if (touch->place.kind == PLACE_slot)
        wish = slot_wish(k->arena, program->slots.at[touch->place.index].name);
    else if (touch->place.kind == PLACE_input)
        wish = touch->node->attr.name;
    else
        wish = touch->node->name ? c_last_part(touch->node->name)
                                 : arena_printf(k->arena, "t%d", touch->node->id);
    Pointer pointer = {touch->place, scope_name(&k->scope, wish), touch->write, false, touch->node};
    list_add(k->arena, &k->pointers, pointer);
}

const char *kernel_pointer(KernelWriter *k, const Node *base, int slot) {
    Place place = slot >= 0 ? (Place){PLACE_slot, slot} : plan_place(k->plan, base);
    for (int i = 0; i < k->pointers.count; i++)
        if (same_place(k->pointers.at[i].place, place)) {
            k->pointers.at[i].used = true;
            return k->pointers.at[i].name;
        }
    die("kernel %s does not touch %%%d", k->kernel->node->name ? k->kernel->node->name : "",
        base ? base->id : slot);
}

const char *kernel_len(KernelWriter *k, Len len) {
    if (len.power == 0)
        return arena_printf(k->arena, "%ld", len.coef);
    const char *rows = len.power == 1 ? "n" : len.power == 2 ? "n * n" : "n * n * n";
    return len.coef == 1 ? rows : arena_printf(k->arena, "%ld * %s", len.coef, rows);
}

const char *kernel_type_size(KernelWriter *k, Type type, int from, int to) {
    Len size = {1, 0};
    for (int d = from; d < to; d++)
        size = len_product(size, len_of(type.dim[d]));
    return kernel_len(k, size);
}

const char *kernel_scalar(KernelWriter *k, const Node *node) {
    int number = k->plan->fusion->value[node->id].scalar;
    if (!k->scalar[number]) {
        const char *wish = node->name        ? c_last_part(node->name)
                           : node->attr.name ? node->attr.name
                                             : arena_printf(k->arena, "s%d", node->id);
        k->scalar[number] = scope_name(&k->scope, wish);
    }
    return k->scalar[number];
}

const char *kernel_name(Arena *arena, const Plan *plan, int place, int number) {
    const char *name = formula_left(plan, arena, plan->kernels.at[place].node);
    return arena_printf(arena, "k%d_%s", number, c_word(arena, name));
}

static const char *memory(const KernelWriter *k, const char *qualifier, const char *of,
                          size_t offset) {
    return offset == 0 ? arena_printf(k->arena, "run->%s", of)
                       : arena_printf(k->arena, "(%sreal *)run->%s + %zu", qualifier, of, offset);
}

/* Adds a pointer or a scalar to what the kernel reads, as all three texts have it. */
static void add_read(KernelText *text, const char *type, const char *name, const char *value,
                     const char *shape) {
    bool later = text->parameters->length > 0;
    Writer locals = {text->locals, 1};
    cw_line(&locals, "%s%s = %s;%s%s%s", type, name, value, *shape ? " /* " : "", shape,
            *shape ? " */" : "");
    text_add(text->parameters, "%s%s%s%s%s%s", later ? ",\n" : "", type, name, *shape ? " /* " : "",
             shape, *shape ? " */" : "");
    text_add(text->arguments, "%s%s", later ? ", " : "", value);
}

static void write_reads(KernelText *text, const KernelWriter *k) {
    for (int i = 0; i < k->pointers.count; i++) {
        const Pointer *pointer = &k->pointers.at[i];
        if (!pointer->used)
            continue;
        const char *qualifier = pointer->written ? "" : "const ";
        const char *value;
        int index = pointer->place.index;
        if (pointer->place.kind == PLACE_input)
            value = arena_printf(k->arena, "run->input[%d]", index);
        else if (pointer->place.kind == PLACE_slice)
            value = "run->scratch";
        else if (pointer->place.kind == PLACE_buffer)
            value = memory(k, qualifier, "arena", k->plan->buffers.at[index].offset);
        else
            value = memory(k, qualifier, "store", k->program->slot_offset[index]);
        add_read(text, arena_printf(k->arena, "%sreal *", qualifier), pointer->name, value,
                 formula_shape(k->arena, pointer->node->type));
    }
    for (int i = 0; i < k->plan->fusion->scalars.count; i++)
        if (k->scalar[i])
            add_read(text, "const real ", k->scalar[i],
                     arena_printf(k->arena, "(real)run->scalar[%d]", i), "");
}

/* Does the word stand in the text, outside comments? */
static bool has_word(const char *text, const char *word) {
    size_t length = strlen(word);
    for (const char *at = text; *at; at++) {
        if (at[0] == '/' && at[1] == '*' && !(at = strstr(at, "*/")))
            return false;
        bool before = at > text && (isalnum((unsigned char)at[-1]) || at[-1] == '_');
        if (!before && strncmp(at, word, length) == 0 && !isalnum((unsigned char)at[length]) &&
            at[length] != '_')
            return true;
    }
    return false;
}

static void write_start(KernelText *text, const KernelWriter *k) {
    Writer w = {text->start, 1};
    bool uses_rows = has_word(k->body.text->at, "n");
    text->uses_run = uses_rows || k->kernel->held || strstr(k->body.text->at, "(run,") ||
                     strstr(k->body.text->at, "run->");
    if (!k->uses_range)
        cw_line(&w, "(void)begin, (void)end;");
    if (k->kernel->held) {
        cw_line(&w, "if (run->hold)");
        cw_line(&w, "    return;");
    }
    if (uses_rows)
        cw_line(&w, "const int n = run->rows;");
}

/* Is it a copy, a move or a batch of products, whose loops are written with fixed names? */
static bool writes_fixed(const Group *group) {
    return !group || (group->main &&
                      (optab[group->main->op].kind != KIND_gemm || group->main->type.rank > 2));
}

static Text *new_text(Arena *arena) {
    Text *text = NEW(arena, Text);
    text_open(text, arena);
    return text;
}

KernelText kernel_text(Arena *arena, const ProgramPlan *program, const Plan *plan, int place,
                       int number) {
    const Kernel *kernel = &plan->kernels.at[place];
    KernelText text = {.name = kernel_name(arena, plan, place, number),
                       .comment = new_text(arena),
                       .parameters = new_text(arena),
                       .arguments = new_text(arena),
                       .start = new_text(arena),
                       .locals = new_text(arena),
                       .body = new_text(arena),
                       .reals = plan->entry->reals};
    KernelWriter k = {.program = program,
                      .plan = plan,
                      .kernel = kernel,
                      .arena = arena,
                      .body = {text.body, 1},
                      .scope = {.arena = arena}};
    k.scalar = NEW_ARRAY(k.arena, const char *, plan->fusion->scalars.count + 1);
    const Group *group = kernel->group < 0 ? NULL : &plan->fusion->groups.at[kernel->group];
    if (writes_fixed(group))
        scope_take_fixed(&k.scope);
    for (int i = 0; i < kernel->touches.count; i++)
        add_pointer(&k, &kernel->touches.at[i]);
    if (!group)
        copy_write(&k);
    else if (group->main && optab[group->main->op].kind == KIND_gemm)
        product_write(&k);
    else if (group->main)
        move_write(&k);
    else if (kernel->loops->form == FORM_columns)
        columns_write(&k);
    else
        rows_write(&k);
    write_reads(&text, &k);
    write_start(&text, &k);
    formula_comment(&(Writer){text.comment, 0}, plan, kernel);
    return text;
}
