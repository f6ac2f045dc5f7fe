/* columns: see columns.h. */
#include "columns.h"
#include "table_parts.h"

#include <stdlib.h>
#include <string.h>

/* Adds the names of a list; false where there is no memory. */
static void add_names(AertNames *names, const char *list, char **to) {
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

bool aert_names_open(AertNames *names, const AertDataFrom *from, AertError *error) {
    const AertReading *how = reading_of(from);
    const char *const lists[] = {how->columns ? how->columns : "", how->ignore ? how->ignore : ""};
    size_t most = 3 + commas(lists[0]) + commas(lists[1]);
    size_t room = most + strlen(lists[0]) + strlen(lists[1]);
    *names = (AertNames){0};
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
    return true;
}

void aert_names_close(AertNames *names) {
    free(names->name);
    free(names->text);
    *names = (AertNames){0};
}

/* The fields of a list, in its order; `taken` marks them. */
static bool choose(AertColumns *columns, const AertTable *table, const char *list, bool *taken,
                   AertError *error) {
    AertDataFrom from = {.how = &(AertReading){.columns = list}};
    AertNames names;
    bool fine = aert_names_open(&names, &from, error);
    for (int i = 0; fine && i < names.count; i++) {
        int field = aert_table_choose(table, names.name[i], error);
        fine = field >= 0 && (!taken[field] || aert_fail(error, "%s: column '%s' is named twice",
                                                         table->name, names.name[i]));
        if (!fine)
            break;
        taken[field] = true;
        columns->field[columns->count++] = field;
    }
    aert_names_close(&names);
    return fine;
}

bool aert_columns_open(AertColumns *columns, const AertTable *table, const AertDataFrom *from,
                       AertError *error) {
    const AertReading *how = reading_of(from);
    *columns = (AertColumns){.label = -1};
    if (from->column && (columns->label = aert_table_choose(table, from->column, error)) < 0)
        return false;
    columns->field =
        aert_allocate((size_t)table->fields, sizeof *columns->field, table->name, error);
    bool *taken = aert_allocate((size_t)table->fields, sizeof *taken, table->name, error);
    bool fine = columns->field && taken;
    if (fine && how->columns) {
        fine = choose(columns, table, how->columns, taken, error);
    } else if (fine) {
        fine = !how->ignore || choose(columns, table, how->ignore, taken, error);
        columns->count = 0;
        for (int i = table->first; i < table->last; i++)
            if (!taken[i] && i != columns->label)
                columns->field[columns->count++] = i;
    }
    free(taken);
    return fine;
}

void aert_columns_close(AertColumns *columns) {
    free(columns->field);
    *columns = (AertColumns){0};
}
