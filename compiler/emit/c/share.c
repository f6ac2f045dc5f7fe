/* Kernels that do the same become one function, whatever the places that they read and write, the
 * streams that they draw from and the range of initial values: a hundred layers, `step`, `eval` and
 * `encode` call it with arguments of their own, which stand in tables.
 *
 *     static void REAL(k12_h)(const AertRun *run, void *const *args, int begin, int end) {
 *         const real *x = args[0];
 *         real *h = args[1];
 *         …
 *
 * The local names and the shapes beside them are those of the first kernel.  So the C compiler's
 * work grows with what is different in a model, not with its size.
 */
#include "emit/c/c.h"

#include <string.h>

/* Kernels that are the first of their like, by hash: open addressing. */
typedef struct KernelTable {
    int *at;     /* the kernel's number and 1; 0: free */
    size_t room; /* a power of two */
} KernelTable;

/* The place of a kernel like this one, or the free one where it belongs. */
static int *place_of(const KernelTable *table, const KernelCodes *codes, const Code *code) {
    size_t at = code->hash;
    for (;; at++) {
        int *place = &table->at[at & (table->room - 1)];
        if (!*place || tree_same(codes->at[*place - 1].code, code))
            return place;
    }
}

/* The places of a kernel, in memory that stays. */
static void keep_places(Arena *arena, KernelCode *code) {
    KernelCode of = *code;
    memset(&code->places, 0, sizeof code->places);
    for (int i = 0; i < of.places.count; i++)
        list_add(arena, &code->places,
                 (CodePlace){arena_copy(arena, of.places.at[i].text, strlen(of.places.at[i].text)),
                             of.places.at[i].words});
}

/* Adds a kernel; its code goes again where it is not the first of its like. */
static void add_kernel(Arena *arena, KernelCodes *codes, const KernelTable *table,
                       const Part *part) {
    ArenaMark before = arena_mark(codes->functions);
    KernelCode made = kernel_code(codes->functions, codes->program, part->plan, part->place);
    int number = codes->count++, *place = place_of(table, codes, made.code);
    keep_places(arena, &made);
    if (!*place) {
        *place = number + 1;
    } else {
        arena_release(codes->functions, before);
        made.code = NULL;
    }
    made.like = *place - 1;
    codes->at[number] = made;
    codes->at[made.like].reals |= made.plan->entry->reals;
}

/* Adds the kernels of a plan that an earlier entry has as well, whose kernels are those from
 * `first` on. */
static void add_again(Arena *arena, KernelCodes *codes, const Plan *plan, int first) {
    for (int i = first; i < first + plan->parts.count; i++) {
        KernelCode made = codes->at[i];
        keep_places(arena, &made);
        made.code = NULL;
        codes->at[codes->count++] = made;
        codes->at[made.like].reals |= plan->entry->reals;
    }
}

KernelCodes share_kernels(Arena *arena, const ProgramPlan *program) {
    KernelCodes codes = {.program = program, .functions = arena_open()};
    Arena *of_table = arena_open();
    KernelTable table = {.room = 64};
    int count = 0, *first = NEW_ARRAY(of_table, int, program->entries.count);
    for (int e = 0; e < program->entries.count; e++)
        count += program->entries.at[e]->parts.count;
    while (table.room < 2 * (size_t)count)
        table.room *= 2;
    table.at = NEW_ARRAY(of_table, int, table.room);
    codes.at = NEW_ARRAY(arena, KernelCode, count + 1);
    for (int e = 0; e < program->entries.count; e++) {
        const Plan *plan = program->entries.at[e];
        first[e] = codes.count;
        for (int k = 0; plan->like && k < e; k++)
            if (plan->like == program->entries.at[k])
                add_again(arena, &codes, plan, first[k]);
        for (int i = 0; !plan->like && i < plan->parts.count; i++)
            add_kernel(arena, &codes, &table, &plan->parts.at[i]);
    }
    arena_close(of_table);
    share_alike(arena, &codes);
    return codes;
}

/* ---- writing ---- */

/* "k12_h" */
const char *share_name(Arena *arena, const KernelCodes *codes, int number) {
    int like = codes->at[number].like;
    const KernelCode *code = &codes->at[like];
    const char *name = formula_left(code->plan, arena, code->plan->kernels.at[code->place].node);
    return arena_printf(arena, "k%d_%s", like, c_word(arena, name));
}

void share_write(Writer *w, const KernelCodes *codes, int number) {
    const KernelCode *code = &codes->at[number];
    formula_comment(w, code->plan, &code->plan->kernels.at[code->place]);
    cw_line(w, "static void REAL(%s)(const AertRun *run, void *const *args, int begin, int end) {",
            share_name(cw_scratch(w), codes, number));
    tree_print(w->text, &code->code->head, 1);
    tree_print(w->text, &code->code->body, 1);
    cw_plain(w, "}");
    cw_blank(w);
}
