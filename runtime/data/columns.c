/* columns: see columns.h. */
#include "columns.h"
#include "table_parts.h"

#include <stdlib.h>
#include <string.h>

/* "time,id,\"a, b\"" as texts. */
typedef struct ColumnNames {
    int count;
    const char **name;
    char *text; /* where they lie */
} ColumnNames;

/* Adds the names of a list; false where there is no memory. */
static void add_names(ColumnNames *names, const char *list, char **to) {
    AertField field;
    for (const char *at = list, *end = list + strlen(list);
         aert_field_next(&at, end, ',', &field);) {
        aert_field_text(&field, *to, (size_t)field.length + 1);
        names->name[names->count++] = *to;
        *to += strlen(*to) + 1;
    }
}

static size_t commas(const char *text) {
    size_t count = 0;
    for (; *text; text++)
        count += *text == ',';
    return count;
}

static const AertReading *reading_of(const AertDataFrom *from) {
    static const AertReading none = {0};
    return from->how ? from->how : &none;
}

/* Whether a column may be the input's by the input's own name: it is one number. */
static bool is_single(const AertInput *input) {
    return !input->column && aert_input_size(input) == 1;
}

/* Lists the names that columns for the model may have, in `name` unless it is NULL. Returns how
 * many. */
static size_t names_of_model(const AertDataFrom *from, const char **name) {
    size_t count = 0;
    for (int i = 0; i < from->n_inputs; i++) {
        const AertInput *input = &from->inputs[i];
        for (int k = 0; input->column && k < input->dim[0]; k++, count++)
            if (name)
                name[count] = input->column[k];
        if (is_single(input)) {
            if (name)
                name[count] = input->name;
            count++;
        }
    }
    return count;
}

/* The names that the user has given: of the labels' column, --columns, --ignore, and those of the
 * model.  A table that is opened with them knows its header by them.  Close in any case. */
static bool names_open(ColumnNames *names, const AertDataFrom *from, AertError *error) {
    const AertReading *how = reading_of(from);
    const char *const lists[] = {how->columns ? how->columns : "", how->ignore ? how->ignore : ""};
    size_t most = 3 + commas(lists[0]) + commas(lists[1]) + names_of_model(from, NULL);
    size_t room = most + strlen(lists[0]) + strlen(lists[1]);
    *names = (ColumnNames){0};
    names->name = aert_allocate(most, sizeof *names->name, "names of columns", error);
    names->text = aert_allocate(room, 1, "names of columns", error);
    if (!names->name || !names->text)
        return false;
    char *to = names->text;
    if (from->column)
        names->name[names->count++] = from->column;
    for (int i = 0; i < 2; i++)
        if (*lists[i])
            add_names(names, lists[i], &to);
    names->count += (int)names_of_model(from, names->name + names->count);
    return true;
}

static void names_close(ColumnNames *names) {
    free(names->name);
    free(names->text);
    *names = (ColumnNames){0};
}

/* The fields of a list, in its order; `taken` marks them. */
static bool choose(AertColumns *columns, const AertTable *table, const char *list, bool *taken,
                   AertError *error) {
    AertDataFrom from = {.how = &(AertReading){.columns = list}};
    ColumnNames names;
    bool fine = names_open(&names, &from, error);
    for (int i = 0; fine && i < names.count; i++) {
        int field = aert_table_choose(table, names.name[i], error);
        fine = field >= 0 && (!taken[field] || aert_fail(error, "%s: column '%s' is named twice",
                                                         table->name, names.name[i]));
        if (!fine)
            break;
        taken[field] = true;
        columns->field[columns->count++] = field;
    }
    names_close(&names);
    return fine;
}

/* Takes the columns that the input names, each of which the table must have once. */
static bool choose_named(AertColumns *columns, const AertTable *table, const AertInput *input,
                         AertError *error) {
    char all[256];
    for (int i = 0; i < input->dim[0]; i++) {
        int field = aert_table_find(table, input->column[i]);
        if (field < 0)
            return aert_fail(error, "%s: has %s '%s' of input %s; its columns are %s", table->name,
                             field == -2 ? "several columns" : "no column", input->column[i],
                             input->name, aert_table_columns(table, all, sizeof all));
        columns->field[columns->count++] = field;
    }
    return true;
}

/* The column with the name of the input, or the only one there is; -1: none. */
static int single_field(const AertTable *table, const AertInput *input) {
    int field = is_single(input) ? aert_table_find(table, input->name) : -1;
    return field < 0 && table->last - table->first == 1 ? table->first : field;
}

/* Leaves out the columns that belong to other inputs by their names. */
static void leave_others(AertColumns *columns, const AertTable *table, const AertDataFrom *from,
                         const AertInput *input) {
    int count = 0;
    for (int i = 0; i < columns->count; i++) {
        bool others = false;
        for (int k = 0; k < from->n_inputs && table->column; k++) {
            const AertInput *other = &from->inputs[k];
            const char *name = table->column[columns->field[i]];
            if (other == input || strcmp(other->name, input->name) == 0)
                continue;
            others |= is_single(other) && strcmp(name, other->name) == 0;
            for (int c = 0; other->column && c < other->dim[0]; c++)
                others |= strcmp(name, other->column[c]) == 0;
        }
        if (!others)
            columns->field[count++] = columns->field[i];
    }
    columns->count = count;
}

/* Takes the columns that the user has chosen, or all that are left. */
static bool choose_rest(AertColumns *columns, const AertTable *table, const AertDataFrom *from,
                        const AertInput *input, bool *taken, AertError *error) {
    const AertReading *how = reading_of(from);
    if (how->columns)
        return choose(columns, table, how->columns, taken, error);
    if (how->ignore && !choose(columns, table, how->ignore, taken, error))
        return false;
    columns->count = 0;
    for (int i = table->first; i < table->last; i++)
        if (!taken[i] && i != columns->label)
            columns->field[columns->count++] = i;
    if ((size_t)columns->count > aert_input_size(input))
        leave_others(columns, table, from, input);
    return true;
}

/* The field of the labels: of --label-column, else the one that is called as the label is. */
static bool find_label(AertColumns *columns, const AertTable *table, const AertDataFrom *from,
                       AertError *error) {
    columns->label = -1;
    if (from->column) {
        AertError lacks;
        int field = aert_table_choose(table, from->column, from->may_lack ? &lacks : error);
        columns->label = field < 0 ? -1 : field;
        return field >= 0 || from->may_lack;
    }
    if (from->label && table->column)
        columns->label = aert_table_find(table, from->label->name);
    if (columns->label < 0)
        columns->label = -1;
    return true;
}

static bool choose_fields(AertColumns *columns, const AertTable *table, const AertDataFrom *from,
                          const AertInput *input, bool *taken, AertError *error) {
    int single = from->inputs && !reading_of(from)->columns ? single_field(table, input) : -1;
    if (input->column && table->column)
        return choose_named(columns, table, input, error);
    columns->by_place = input->column != NULL;
    if (single < 0)
        return choose_rest(columns, table, from, input, taken, error);
    columns->field[columns->count++] = single;
    return true;
}

/* Close in any case. */
static bool columns_open(AertColumns *columns, const AertTable *table, const AertDataFrom *from,
                         const AertInput *input, AertError *error) {
    *columns = (AertColumns){.label = -1};
    columns->field =
        aert_allocate((size_t)table->fields, sizeof *columns->field, table->name, error);
    bool *taken = aert_allocate((size_t)table->fields, sizeof *taken, table->name, error);
    bool fine = columns->field && taken && find_label(columns, table, from, error) &&
                choose_fields(columns, table, from, input, taken, error);
    free(taken);
    return fine;
}

static void columns_close(AertColumns *columns) {
    free(columns->field);
    *columns = (AertColumns){0};
}

bool aert_columns_begin(AertTable *table, AertColumns *columns, const AertBytes *bytes,
                        const AertDataFrom *from, const AertInput *input, AertError *error) {
    ColumnNames names;
    *table = (AertTable){0};
    *columns = (AertColumns){0};
    bool fine = names_open(&names, from, error);
    const AertTableHow how = {.name = from->path,
                              .csv = from->how ? &from->how->csv : NULL,
                              .asked = names.name,
                              .asks = names.count,
                              .labels = aert_holds(input, AERT_HOLDS_A_CLASS)};
    fine = fine && aert_table_open(table, bytes, &how, error) &&
           columns_open(columns, table, from, input, error);
    names_close(&names);
    return fine;
}

void aert_columns_end(AertTable *table, AertColumns *columns) {
    columns_close(columns);
    aert_table_close(table);
}
