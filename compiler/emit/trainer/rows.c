/* What the entries' tables have again and again stands in tables of its own, each once, and is
 * named there by its number: kernels with their cuts, places of arguments.  The more often one is
 * named the lower its number, since a number below 128 is one byte of a list.
 *
 *     static const AertPlace places[] = {AERT_ARENA(0), AERT_INPUT(0), …};
 *     const AertKernelTold kernels_f32[] = {{k0_h_f32, 16, 0, 16, 1, 3}, …};
 *     static const uint8_t encode_kernels[] = {0, 7, AERT_FAR(130), …};
 */
#include "emit/trainer/trainer.h"

#include <stdlib.h>
#include <string.h>

/* ---- a table while it is filled ---- */

/* The row of this text, which is added where there is none: its place in `rows`. */
static int row_of(Arena *arena, TableRows *table, const char *text, int words) {
    int place = names_number(table->texts, text, strlen(text));
    if (place == table->rows.count) {
        TableRow row = {.text = text, .words = words, .first = place};
        list_add(arena, &table->rows, row);
    }
    return place;
}

/* ---- kernels ---- */

static const char *kernel_text(Arena *arena, const KernelCodes *codes, int number,
                               const Kernel *kernel) {
    return arena_printf(arena, "{REAL(%s), %d, %d, %d, %d, %d}", share_name(arena, codes, number),
                        kernel->extent, kernel->extent_rows, kernel->chunk, kernel->barrier,
                        codes->at[number].n_args);
}

/* Those of both precisions, which have the same numbers in both, come first. */
static int by_use(const void *a, const void *b) {
    const TableRow *x = a, *y = b;
    bool x_both = x->reals == (IN_FLOAT | IN_DOUBLE), y_both = y->reals == (IN_FLOAT | IN_DOUBLE);
    if (x_both != y_both)
        return x_both ? -1 : 1;
    return x->used != y->used ? (x->used > y->used ? -1 : 1) : x->first < y->first ? -1 : 1;
}

/* Sorts the rows and gives them their numbers. */
static void number_rows(Arena *arena, TableRows *table) {
    int count = table->rows.count, next[4] = {0}; /* by precisions */
    table->sorted = NEW_ARRAY(arena, TableRow, count + 1);
    table->number = NEW_ARRAY(arena, int, count + 1);
    for (int i = 0; i < count; i++)
        table->sorted[i] = table->rows.at[i];
    qsort(table->sorted, (size_t)count, sizeof *table->sorted, by_use);
    for (int i = 0; i < count; i++) {
        const TableRow *row = &table->sorted[i];
        int before = row->reals == (IN_FLOAT | IN_DOUBLE) ? 0 : next[IN_FLOAT | IN_DOUBLE];
        table->number[row->first] = before + next[row->reals];
        next[row->reals] += row->words;
    }
}

/* A row in an entry of these precisions. */
static void use_row(TableRows *table, int row, unsigned reals, const Plan *plan) {
    table->rows.at[row].reals |= reals;
    table->rows.at[row].used += !plan->like; /* whose lists are those of the other */
}

Rows rows_of(Arena *arena, const ProgramPlan *program, const KernelCodes *codes) {
    Rows rows = {.kernels = {.texts = names_open(arena)},
                 .places = {.texts = names_open(arena)},
                 .kernel_of = NEW_ARRAY(arena, int, codes->count + 1)};
    for (int e = 0, number = 0; e < program->entries.count; e++) {
        const Plan *plan = program->entries.at[e];
        for (int i = 0; i < plan->parts.count; i++, number++) {
            const KernelCode *code = &codes->at[number];
            const Part *part = &plan->parts.at[i];
            int row =
                row_of(arena, &rows.kernels,
                       kernel_text(arena, codes, number, &part->plan->kernels.at[part->place]), 1);
            rows.kernel_of[number] = row;
            use_row(&rows.kernels, row, plan->entry->reals, plan);
            for (int a = 0; a < code->places.count; a++) {
                const CodePlace *place = &code->places.at[a];
                use_row(&rows.places, row_of(arena, &rows.places, place->text, place->words),
                        IN_FLOAT | IN_DOUBLE, plan);
            }
        }
    }
    number_rows(arena, &rows.kernels);
    number_rows(arena, &rows.places);
    return rows;
}

/* ---- writing ---- */

static const char *number_text(Arena *arena, int number) {
    if (number >> 21)
        die("a list cannot tell the number %d", number);
    const char *form = number < 1 << 7    ? "%d"
                       : number < 1 << 14 ? "AERT_FAR(%d)"
                                          : "AERT_FARTHER(%d)";
    return arena_printf(arena, form, number);
}

const char *rows_kernel(Arena *arena, const Rows *rows, int number) {
    return number_text(arena, rows->kernels.number[rows->kernel_of[number]]);
}

const char *rows_place(Arena *arena, Rows *rows, const CodePlace *place) {
    int row = row_of(arena, &rows->places, place->text, place->words);
    return number_text(arena, rows->places.number[row]);
}

/* The kernels of the precision that is read. */
void rows_write_kernels(Writer *w, const Rows *rows) {
    unsigned open = IN_FLOAT | IN_DOUBLE;
    cw_line(w, "const AertKernelTold REAL(kernels)[] = {");
    for (int i = 0; i < rows->kernels.rows.count; i++) {
        const TableRow *row = &rows->kernels.sorted[i];
        trainer_switch_reals(w, &open, row->reals);
        cw_line(w, "    %s, /* %d */", row->text, rows->kernels.number[row->first]);
    }
    trainer_switch_reals(w, &open, IN_FLOAT | IN_DOUBLE);
    cw_line(w, "    {0}};");
}

void rows_write_places(Writer *w, const Rows *rows) {
    cw_line(w, "static const AertPlace places[] = {");
    for (int i = 0; i < rows->places.rows.count; i++) {
        const TableRow *row = &rows->places.sorted[i];
        cw_line(w, "    %s, /* %d */", row->text, rows->places.number[row->first]);
    }
    cw_line(w, "    0};");
}
