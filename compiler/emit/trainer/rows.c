/* What the entries' tables have again and again stands in tables of its own, each once, and is
 * named there by its number: kernels with their cuts, places of arguments.  The more often one is
 * named the lower its number, since a number below 128 is one byte of a list.
 *
 *     static const AertPlace places[] = {AERT_ARENA(0), AERT_INPUT(0), …};
 *     static const uint8_t kernels[] = {AERT_IN_FLOAT | AERT_BARRIER, 16, AERT_FAR(400), 0, 3, …};
 *     AertFunction *const functions_f32[] = {k0_h_f32, …};
 */
#include "emit/trainer/trainer.h"

#include <stdlib.h>
#include <string.h>

/* ---- a table while it is filled ---- */

/* The row of this text, which is added where there is none: its place in `rows`. */
static int row_of(Arena *arena, TableRows *table, TableRow row, const char *all) {
    row.first = names_number(table->texts, all, strlen(all));
    if (row.first == table->rows.count)
        list_add(arena, &table->rows, row);
    return row.first;
}

static int place_row(Arena *arena, TableRows *table, const CodePlace *place) {
    return row_of(arena, table, (TableRow){.text = place->text, .words = place->words},
                  place->text);
}

/* ---- kernels ---- */

static int kernel_row(Arena *arena, TableRows *table, const KernelCodes *codes, int number,
                      const Kernel *kernel) {
    TableRow row = {.text = arena_printf(arena, "%s, %s, %s, %s", rows_number(arena, kernel->chunk),
                                         rows_number(arena, kernel->extent),
                                         rows_number(arena, kernel->extent_rows),
                                         rows_number(arena, codes->at[number].n_args)),
                    .function = share_name(arena, codes, number),
                    .barrier = kernel->barrier,
                    .words = 1};
    return row_of(arena, table, row,
                  arena_printf(arena, "%s, %d, %s", row.function, row.barrier, row.text));
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
            int row = kernel_row(arena, &rows.kernels, codes, number,
                                 &part->plan->kernels.at[part->place]);
            rows.kernel_of[number] = row;
            use_row(&rows.kernels, row, plan->entry->reals, plan);
            for (int a = 0; a < code->places.count; a++) {
                int place = place_row(arena, &rows.places, &code->places.at[a]);
                use_row(&rows.places, place, IN_FLOAT | IN_DOUBLE, plan);
            }
        }
    }
    number_rows(arena, &rows.kernels);
    number_rows(arena, &rows.places);
    return rows;
}

/* ---- writing ---- */

/* How a list tells numbers of so many bytes. */
static const char *const forms[] = {"%s", "AERT_FAR(%s)", "AERT_FAR_3(%s)", "AERT_FAR_4(%s)",
                                    "AERT_FAR_5(%s)"};
enum { MOST_BYTES = sizeof forms / sizeof *forms };

static const char *listed(Arena *arena, unsigned long number, const char *text) {
    int bytes = 1;
    while (number >> 7 * bytes)
        bytes++;
    if (bytes > MOST_BYTES)
        die("a list cannot tell the number %s", text);
    return bytes == 1 ? text : arena_printf(arena, forms[bytes - 1], text);
}

const char *rows_number(Arena *arena, long number) {
    return listed(arena, (unsigned long)number, text_long(arena, number));
}

const char *rows_signed(Arena *arena, long number) {
    long twice = number < 0 ? 1 - 2 * number : 2 * number;
    return number == 0 ? "0"
                       : listed(arena, (unsigned long)twice,
                                arena_printf(arena, "AERT_SIGNED(%ld)", number));
}

const char *rows_word(Arena *arena, const char *place) {
    return listed(arena, UINT32_MAX, place);
}

const char *rows_kernel(Arena *arena, const Rows *rows, int number) {
    return rows_number(arena, rows->kernels.number[rows->kernel_of[number]]);
}

const char *rows_place(Arena *arena, Rows *rows, const CodePlace *place) {
    return rows_number(arena, rows->places.number[place_row(arena, &rows->places, place)]);
}

void rows_write_functions(Writer *w, const Rows *rows) {
    unsigned open = IN_FLOAT | IN_DOUBLE;
    cw_line(w, "AertFunction *const REAL(functions)[] = {");
    for (int i = 0; i < rows->kernels.rows.count; i++) {
        const TableRow *row = &rows->kernels.sorted[i];
        trainer_switch_reals(w, &open, row->reals);
        cw_line(w, "    REAL(%s), /* %d */", row->function, rows->kernels.number[row->first]);
    }
    trainer_switch_reals(w, &open, IN_FLOAT | IN_DOUBLE);
    cw_line(w, "    NULL};");
}

void rows_write_kernels(Writer *w, const Rows *rows) {
    cw_line(w, "static const uint8_t kernels[] = {");
    for (int i = 0; i < rows->kernels.rows.count; i++) {
        const TableRow *row = &rows->kernels.sorted[i];
        cw_line(w, "    %s%s, %s, /* %s: %d */", trainer_reals(row->reals),
                row->barrier ? " | AERT_BARRIER" : "", row->text, row->function,
                rows->kernels.number[row->first]);
    }
    cw_line(w, "    0};");
}

void rows_write_places(Writer *w, const Rows *rows) {
    cw_line(w, "static const AertPlace places[] = {");
    for (int i = 0; i < rows->places.rows.count; i++) {
        const TableRow *row = &rows->places.sorted[i];
        cw_line(w, "    %s, /* %d */", row->text, rows->places.number[row->first]);
    }
    cw_line(w, "    0};");
}
