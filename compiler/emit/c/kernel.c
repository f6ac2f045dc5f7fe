/* Kernels: one function each: what it reads and writes by the user's names, then its loops.
 *
 *     static void REAL(k12_logits)(const AertRun *run, void *const *args, int begin, int end) {
 *         const int n = run->rows;
 *         const real *h = args[0];                             (the shape follows as a comment)
 *
 * Where its arguments lie is no part of the function: share.c puts that into a table.
 */
#include "emit/c/c.h"
#include "math/stream.h"

#include <limits.h>
#include <math.h>
#include <string.h>

Local *kernel_fixed(KernelWriter *k, const char *name) {
    Local *local = NEW(k->arena, Local);
    local->name = name;
    return local;
}

Local *kernel_local(KernelWriter *k, const char *wish) {
    return kernel_fixed(k, c_scope_name(&k->scope, wish));
}

const Expr *kernel_use(KernelWriter *k, Local *local) {
    return tree_use(k->arena, local);
}

const char *c_elem(const Node *node) {
    return node->type.elem == ELEM_int ? "int" : "real";
}

const char *c_pointer(const Node *node, bool written) {
    static const char *const types[][2] = {
        [ELEM_real] = {"const real *", "real *"}, [ELEM_int] = {"const int *", "int *"}};
    return types[node->type.elem][written];
}

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
    const Program *program = k->plan->program;
    if (touch->place.kind == PLACE_slot)
        wish = slot_wish(&program->slots.at[touch->place.index]);
    else if (touch->place.kind == PLACE_input)
        wish = touch->node->attr.name;
    else
        wish = touch->node->name ? c_last_part(touch->node->name)
                                 : arena_printf(k->arena, "t%d", touch->node->id);
    Pointer pointer = {touch->place, kernel_local(k, wish), touch->write, false, touch->node};
    list_add(k->arena, &k->pointers, pointer);
}

const Expr *kernel_pointer(KernelWriter *k, const Node *base, int slot) {
    Place place = slot >= 0 ? (Place){PLACE_slot, slot} : plan_place(k->plan, base);
    for (int i = 0; i < k->pointers.count; i++)
        if (same_place(k->pointers.at[i].place, place)) {
            k->pointers.at[i].used = true;
            return kernel_use(k, k->pointers.at[i].local);
        }
    die("kernel %s does not touch %%%d", k->kernel->node->name ? k->kernel->node->name : "",
        base ? base->id : slot);
}

const Expr *kernel_len(KernelWriter *k, Len len) {
    const Expr *rows = kernel_use(k, &k->code->rows), *coef = tree_size(k->arena, len.coef);
    Template form;
    template_open(&form, k->arena);
    if (len.coef != 1 || len.power == 0)
        template_add(&form, len.power > 0 ? "@ * " : "@", coef);
    for (int p = 0; p < len.power; p++)
        template_add(&form, p > 0 ? " * @" : "@", rows);
    return template_end(&form);
}

const Expr *kernel_type_size(KernelWriter *k, Type type, int from, int to) {
    Len size = {1, 0};
    for (int d = from; d < to; d++)
        size = len_product(size, len_of(type.dim[d]));
    return kernel_len(k, size);
}

const Expr *kernel_scalar(KernelWriter *k, const Node *node) {
    int number = k->plan->fusion->value[node->id].scalar;
    if (!k->scalar[number]) {
        const char *wish = node->name        ? c_last_part(node->name)
                           : node->attr.name ? node->attr.name
                                             : arena_printf(k->arena, "s%d", node->id);
        k->scalar[number] = kernel_local(k, wish);
    }
    return kernel_use(k, k->scalar[number]);
}

const Expr *kernel_stream(KernelWriter *k, const Node *draw) {
    for (int i = 0; i < k->streams.count; i++)
        if (k->streams.at[i].of == draw->attr.name)
            return kernel_use(k, k->streams.at[i].local);
    Stream stream = {draw->attr.name, kernel_local(k, "stream")};
    list_add(k->arena, &k->streams, stream);
    return kernel_use(k, stream.local);
}

/* Initial values of one kind differ in their range from layer to layer, and so do the weights by
 * which gradcheck adds up kinks: there fractions are arguments, so that one function makes all.
 * What runs in every batch has them as literals. */
const Expr *kernel_number(KernelWriter *k, double value) {
    bool is_fraction = isfinite(value) && value != floor(value);
    EntryKind kind = k->plan->entry->kind;
    if ((kind != ENTRY_init && kind != ENTRY_gradcheck) || !is_fraction)
        return tree_number(k->arena, value);
    for (int i = 0; i < k->fractions.count; i++)
        if (k->fractions.at[i].value == value)
            return kernel_use(k, k->fractions.at[i].local);
    Fraction fraction = {value, kernel_local(k, "fraction")};
    list_add(k->arena, &k->fractions, fraction);
    return kernel_use(k, fraction.local);
}

const Expr *kernel_constant(KernelWriter *k, const Node *node) {
    double value = node->attr.value;
    if (node->type.elem == ELEM_real)
        return kernel_number(k, value);
    if (value == INT_MIN) /* C has no literal of it */
        return tree_word(k->arena, "INT32_MIN");
    const Expr *number = tree_long(k->arena, (long)value);
    return value < 0 ? tree_atomic(k->arena, tree_form(k->arena, "(@)", number)) : number;
}

Local *kernel_text_rows(KernelWriter *k) {
    const TextRows *rows = k->kernel->text_rows;
    Local *texts = kernel_local(k, "texts");
    const Expr *places = tree_size(k->arena, rows->tokens->type.dim[1]);
    const Expr *tokens = kernel_pointer(k, rows->tokens, -1), *n = kernel_use(k, &k->code->rows);
    const Expr *ahead = tree_long(k->arena, rows->ahead), *open = tree_long(k->arena, rows->open);
    const bool own = rows->level == 0;
    code_let(k->code, "const AertTextRows", texts,
             tree_form(k->arena, "{@, @, @, @, @, @, @, @}", tokens, n, places, ahead, open,
                       tree_size(k->arena, own ? 0 : rows->count),
                       tree_size(k->arena, rows->stride), tree_size(k->arena, rows->more)));
    return texts;
}

const Expr *kernel_open_pieces(KernelWriter *k, Type type, int dims) {
    int cut = 0; /* n^2 pieces are cut by the first dimension alone */
    for (int power = 0; cut < dims; cut++) {
        power += type.dim[cut] < 0;
        if (power > 1)
            break;
    }
    Local *i = kernel_fixed(k, "i");
    const Expr *begin = kernel_use(k, &k->code->begin), *end = kernel_use(k, &k->code->end);
    const Expr *rest = kernel_type_size(k, type, cut, dims);
    if (!tree_is(rest, "1")) {
        begin = tree_form(k->arena, "@ * @", begin, rest);
        end = tree_form(k->arena, "@ * @", end, rest);
    }
    code_loop(k->code, i, begin, end, BRACES);
    return kernel_use(k, i);
}

/* Adds an argument by the place where it lies: its number. */
static int add_words(KernelCode *text, Arena *arena, const char *place, int words) {
    list_add(arena, &text->places, (CodePlace){place, words});
    text->n_args += words;
    return text->n_args - words;
}

static int add_argument(KernelCode *text, Arena *arena, const char *place) {
    return add_words(text, arena, place, 1);
}

/* The same of a number, whose 64 bits follow in the table of places as two words. */
static int add_number(KernelCode *text, Arena *arena, const char *place) {
    return add_words(text, arena, place, 3);
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
        return offset_text(k, "ARENA", k->plan->base + k->plan->buffers.at[place.index].offset);
    default:
        if (k->plan->loop)
            return arena_printf(k->arena, "AERT_GIVEN(%d)", place.index);
        return offset_text(k, "STORE", k->program->slot_offset[place.index]);
    }
}

/* Declares a local as argument `number`, by a form of it. */
static Stmt *declare(KernelWriter *k, const char *type, Local *local, const char *form,
                     int number) {
    const Expr *argument =
        tree_element(k->arena, tree_word(k->arena, "args"), tree_long(k->arena, number));
    return code_let(k->code, type, local, tree_form(k->arena, form, argument));
}

static void write_pointers(KernelCode *text, KernelWriter *k) {
    for (int i = 0; i < k->pointers.count; i++) {
        const Pointer *pointer = &k->pointers.at[i];
        if (!pointer->used)
            continue;
        const char *type = c_pointer(pointer->node, pointer->written);
        const char *shape = formula_shape(k->arena, pointer->node->type);
        if (pointer->place.kind == PLACE_scratch)
            code_let(k->code, type, pointer->local,
                     tree_form(k->arena, "@->scratch", kernel_use(k, &k->code->run)))
                ->comment = arena_printf(k->arena, "rows begin to end of %s", shape);
        else
            declare(k, type, pointer->local, "@",
                    add_argument(text, k->arena, place_text(k, pointer->place)))
                ->comment = shape;
    }
}

static void write_arguments(KernelCode *text, KernelWriter *k) {
    write_pointers(text, k);
    for (int i = 0; i < k->plan->fusion->scalars.count; i++)
        if (k->scalar[i]) {
            const char *elem = c_elem(k->plan->fusion->scalars.at[i]);
            declare(
                k, arena_printf(k->arena, "const %s", elem), k->scalar[i],
                arena_printf(k->arena, "(%s)*(const double *)@", elem),
                add_argument(text, k->arena,
                             arena_printf(k->arena, "AERT_SCALAR(%d)", k->plan->first_scalar + i)));
        }
    for (int i = 0; i < k->streams.count; i++) {
        unsigned long long number = aert_stream(k->streams.at[i].of);
        const char *place = arena_printf(k->arena, "AERT_STREAM(0x%016llxu)", number);
        declare(k, "const uint64_t", k->streams.at[i].local, "aert_number(@)",
                add_number(text, k->arena, place));
    }
    for (int i = 0; i < k->fractions.count; i++) {
        const Fraction *fraction = &k->fractions.at[i];
        uint64_t bits;
        memcpy(&bits, &fraction->value, sizeof bits);
        const char *place = arena_printf(k->arena, "AERT_CONSTANT(0x%016llxu /* %.9g */)",
                                         (unsigned long long)bits, fraction->value);
        declare(k, "const real", fraction->local, "(real)aert_double(aert_number(@))",
                add_number(text, k->arena, place));
    }
}

static bool has_slice(const KernelWriter *k) {
    for (int i = 0; i < k->pointers.count; i++)
        if (k->pointers.at[i].used && k->pointers.at[i].place.kind == PLACE_scratch)
            return true;
    return false;
}

/* The function's first lines, which say what the loops use. */
static void write_head(KernelCode *text, KernelWriter *k) {
    Code *code = k->code;
    const Expr *run = kernel_use(k, &code->run);
    bool uses_rows = tree_uses(&code->body, &code->rows);
    bool uses_run = tree_uses(&code->body, &code->run) || uses_rows || has_slice(k);
    code_head(code);
    if (!uses_run && !k->kernel->held)
        code_line(code, tree_form(k->arena, "(void)@", run));
    if (!tree_uses(&code->body, &code->begin) && !tree_uses(&code->body, &code->end))
        code_line(code, tree_word(k->arena, "(void)begin, (void)end"));
    if (k->kernel->held) {
        code_if(code, tree_form(k->arena, "@->hold", run), BARE);
        code_line(code, tree_word(k->arena, "return"));
        code_close(code);
    }
    if (uses_rows)
        code_let(code, "const int", &code->rows, tree_form(k->arena, "@->rows", run));
    write_arguments(text, k);
    if (text->n_args == 0)
        code_line(code, tree_word(k->arena, "(void)args"));
}

/* Are its loops, a batch of products among them, written with names of their own? */
static bool writes_fixed(const Kernel *kernel, const Group *group) {
    return kernel_table[kernel->kind].flags & PLAIN ||
           (kernel->kind == KERNEL_gemm && group->main->type.rank > 2);
}

static void (*const write[NUM_KERNELS])(KernelWriter *k) = {
#define KERNEL(name, of, flags, what) [KERNEL_##name] = c_##name,
#include "kernel/kernels.def"
};

KernelCode kernel_code(Arena *arena, const ProgramPlan *program, const Plan *plan, int place) {
    const Kernel *kernel = &plan->kernels.at[place];
    KernelCode made = {.plan = plan, .place = place};
    KernelWriter k = {.program = program, .plan = plan, .kernel = kernel, .arena = arena};
    k.code = code_open(arena);
    c_scope_start(&k.scope, arena);
    k.scalar = NEW_ARRAY(k.arena, Local *, plan->fusion->scalars.count + 1);
    const Group *group = kernel->group < 0 ? NULL : &plan->fusion->groups.at[kernel->group];
    if (writes_fixed(kernel, group))
        c_scope_take_fixed(&k.scope);
    for (int i = 0; i < kernel->touches.count; i++)
        add_pointer(&k, &kernel->touches.at[i]);
    write[kernel->kind](&k);
    write_head(&made, &k);
    code_end(k.code);
    made.code = k.code;
    return made;
}

/* A loop has no function of its own: its body's kernels have. */
void c_loop(KernelWriter *k) {
    die("loop %s is written as a kernel", k->kernel->node->name ? k->kernel->node->name : "");
}
