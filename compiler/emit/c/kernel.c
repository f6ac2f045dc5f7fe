/* Kernels: one function each: what it reads and writes by the user's names, then its loops.
 *
 *     static void REAL(k12_logits)(const AertRun *run, void *const *args, int begin, int end) {
 *         const int n = run->rows;
 *         const real *h = args[0];                             (the shape follows as a comment)
 *
 * Where its arguments lie is no part of the function: share.c puts that into a table.
 */
#include "emit/c/c.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

static bool same_place(Place a, Place b) {
    return a.kind == b.kind && a.index == b.index;
}

/* "m" of an optimizer's state, "W" of "encoder.W". */
static const char *slot_wish(const Slot *slot) {
    return slot->of ? slot->part : c_last_part(slot->name);
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
        wish = slot_wish(&program->slots.at[touch->place.index]);
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

const char *kernel_stream(KernelWriter *k, const Node *draw) {
    for (int i = 0; i < k->streams.count; i++)
        if (k->streams.at[i].of == draw->attr.name)
            return k->streams.at[i].name;
    Stream stream = {draw->attr.name, scope_name(&k->scope, "stream")};
    list_add(k->arena, &k->streams, stream);
    return stream.name;
}

/* Initial values of one kind differ in their range from layer to layer: there fractions are
 * arguments, so that one function makes all.  What runs in every batch has them as literals. */
const char *kernel_number(KernelWriter *k, double value) {
    bool is_fraction = isfinite(value) && value != floor(value);
    if (k->plan->entry->kind != ENTRY_init || !is_fraction)
        return expr_number(k->arena, value);
    for (int i = 0; i < k->fractions.count; i++)
        if (k->fractions.at[i].value == value)
            return k->fractions.at[i].name;
    Fraction fraction = {value, scope_name(&k->scope, "fraction")};
    list_add(k->arena, &k->fractions, fraction);
    return fraction.name;
}

/* Adds an argument by the place where it lies: its number. */
static int add_argument(KernelText *text, const char *place) {
    text_add(text->places, "%s%s", text->n_args > 0 ? ", " : "", place);
    return text->n_args++;
}

/* The same of a number, whose 64 bits follow in the table of places as two words. */
static int add_number(KernelText *text, const char *place) {
    int number = add_argument(text, place);
    text->n_args += 2;
    return number;
}

static const char *offset_text(const KernelWriter *k, const char *kind, size_t offset) {
    enum { BLOCK = 16, BITS = 29 }; /* AERT_BLOCK and AERT_PLACE_BITS of the runtime */
    if (offset % BLOCK != 0 || offset / BLOCK >> BITS != 0)
        die("AertPlace cannot tell the offset %zu", offset);
    return arena_printf(k->arena, "AERT_%s(%zu)", kind, offset);
}

static const char *place_text(const KernelWriter *k, Place place) {
    switch (place.kind) {
    case PLACE_input:
        return arena_printf(k->arena, "AERT_INPUT(%d)", place.index);
    case PLACE_buffer:
        return offset_text(k, "ARENA", k->plan->buffers.at[place.index].offset);
    default:
        return offset_text(k, "STORE", k->program->slot_offset[place.index]);
    }
}

static void write_pointers(KernelText *text, KernelWriter *k, Writer *w) {
    for (int i = 0; i < k->pointers.count; i++) {
        const Pointer *pointer = &k->pointers.at[i];
        if (!pointer->used)
            continue;
        const char *type = pointer->written ? "real *" : "const real *";
        const char *shape = formula_shape(k->arena, pointer->node->type);
        if (pointer->place.kind == PLACE_slice)
            cw_line(w, "%s%s = run->scratch; /* rows begin to end of %s */", type, pointer->name,
                    shape);
        else
            cw_line(w, "%s%s = args[%d]; /* %s */", type, pointer->name,
                    add_argument(text, place_text(k, pointer->place)), shape);
    }
}

static void write_arguments(KernelText *text, KernelWriter *k, Writer *w) {
    write_pointers(text, k, w);
    for (int i = 0; i < k->plan->fusion->scalars.count; i++)
        if (k->scalar[i])
            cw_line(w, "const real %s = (real)*(const double *)args[%d];", k->scalar[i],
                    add_argument(text, arena_printf(k->arena, "AERT_SCALAR(%d)", i)));
    for (int i = 0; i < k->streams.count; i++) {
        const Stream *stream = &k->streams.at[i];
        unsigned long long number = c_hash(C_HASH_START, stream->of);
        const char *place = arena_printf(k->arena, "AERT_STREAM(0x%016llxu)", number);
        cw_line(w, "const uint64_t %s = aert_number(args[%d]);", stream->name,
                add_number(text, place));
    }
    for (int i = 0; i < k->fractions.count; i++) {
        const Fraction *fraction = &k->fractions.at[i];
        uint64_t bits;
        memcpy(&bits, &fraction->value, sizeof bits);
        const char *place = arena_printf(k->arena, "AERT_CONSTANT(0x%016llxu /* %.9g */)",
                                         (unsigned long long)bits, fraction->value);
        cw_line(w, "const real %s = (real)aert_double(aert_number(args[%d]));", fraction->name,
                add_number(text, place));
    }
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

static bool has_slice(const KernelWriter *k) {
    for (int i = 0; i < k->pointers.count; i++)
        if (k->pointers.at[i].used && k->pointers.at[i].place.kind == PLACE_slice)
            return true;
    return false;
}

/* The function's first lines, which need to know what the loops use. */
static void write_start(KernelText *text, KernelWriter *k, Writer *w) {
    bool uses_rows = has_word(k->body.text->at, "n");
    if (!uses_rows && !k->kernel->held && !has_slice(k) && !strstr(k->body.text->at, "(run,") &&
        !strstr(k->body.text->at, "run->"))
        cw_line(w, "(void)run;");
    if (!k->uses_range)
        cw_line(w, "(void)begin, (void)end;");
    if (k->kernel->held) {
        cw_line(w, "if (run->hold)");
        cw_line(w, "    return;");
    }
    if (uses_rows)
        cw_line(w, "const int n = run->rows;");
    write_arguments(text, k, w);
    if (text->n_args == 0)
        cw_line(w, "(void)args;");
}

/* Are its loops, a batch of products among them, written with names of their own? */
static bool writes_fixed(const Kernel *kernel, const Group *group) {
    return kernel_table[kernel->kind].flags & PLAIN ||
           (kernel->kind == KERNEL_gemm && group->main->type.rank > 2);
}

static Text *new_text(Arena *arena) {
    Text *text = NEW(arena, Text);
    text_open(text, arena);
    return text;
}

static void (*const write[NUM_KERNELS])(KernelWriter *k) = {
#define KERNEL(name, of, flags, what) [KERNEL_##name] = c_##name,
#include "kernel/kernels.def"
};

KernelText kernel_text(Arena *arena, const ProgramPlan *program, const Plan *plan, int place) {
    const Kernel *kernel = &plan->kernels.at[place];
    KernelText text = {
        .plan = plan, .place = place, .function = new_text(arena), .places = new_text(arena)};
    KernelWriter k = {.program = program,
                      .plan = plan,
                      .kernel = kernel,
                      .arena = arena,
                      .body = {new_text(arena), 1, NULL}};
    scope_start(&k.scope, arena);
    k.scalar = NEW_ARRAY(k.arena, const char *, plan->fusion->scalars.count + 1);
    const Group *group = kernel->group < 0 ? NULL : &plan->fusion->groups.at[kernel->group];
    if (writes_fixed(kernel, group))
        scope_take_fixed(&k.scope);
    for (int i = 0; i < kernel->touches.count; i++)
        add_pointer(&k, &kernel->touches.at[i]);
    write[kernel->kind](&k);
    write_start(&text, &k, &(Writer){text.function, 1, NULL});
    text_add_bytes(text.function, k.body.text->at, k.body.text->length);
    return text;
}
