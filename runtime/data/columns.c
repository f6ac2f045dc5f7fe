/* columns: see columns.h. */
#include "columns.h"
#include "table_parts.h"

#include <stdlib.h>
#include <string.h>

/* "time,x=id,\"a, b\"" as texts. */
typedef struct ColumnNames {
    int count;
    const char **name;
    const AertInput **of; /* of "x=id" the input x; else NULL */
    char *text;           /* where names lie */
} ColumnNames;

/* Adds a name; of "x=id", where the model has an input x, "id" for that input. */
static void add_name(ColumnNames *names, const char *text, const AertDataFrom *from) {
    const AertInput *of = NULL;
    const char *name = text;
    for (int i = 0; from && i < from->n_inputs; i++) {
        size_t length = strlen(from->inputs[i].name);
        if (strncmp(text, from->inputs[i].name, length) == 0 && text[length] == '=') {
            of = &from->inputs[i];
            name = text + length + 1;
        }
    }
    names->name[names->count] = name;
    names->of[names->count++] = of;
}

/* Adds the names of a list; `from` NULL: they are of no input. */
static void add_names(ColumnNames *names, const char *list, const AertDataFrom *from, char **to) {
    AertField field;
    for (const char *at = list, *end = list + strlen(list);
         aert_field_next(&at, end, ',', &field);) {
        aert_field_text(&field, *to, (size_t)field.length + 1);
        add_name(names, *to, from);
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

/* Whether a column may be the input's by the input's own name: it is one number, or a text. */
static bool is_single(const AertInput *input) {
    return !input->column && (aert_input_size(input) == 1 || aert_holds(input, AERT_HOLDS_TOKENS));
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

static bool take_room(ColumnNames *names, size_t count, size_t bytes, AertError *error) {
    *names = (ColumnNames){0};
    names->name = aert_allocate(count, sizeof *names->name, "names of columns", error);
    names->of = aert_allocate(count, sizeof(void *), "names of columns", error);
    names->text = aert_allocate(bytes, 1, "names of columns", error);
    return names->name && names->of && names->text;
}

/* The names that the user has given: of the labels' column, --columns, --ignore, and those of the
 * model.  A table that is opened with them knows its header by them.  Close in any case. */
static bool names_open(ColumnNames *names, const AertDataFrom *from, AertError *error) {
    const AertReading *how = reading_of(from);
    const char *columns = how->columns ? how->columns : "", *ignore = how->ignore;
    ignore = ignore ? ignore : "";
    size_t most = 3 + commas(columns) + commas(ignore) + names_of_model(from, NULL);
    if (!take_room(names, most, most + strlen(columns) + strlen(ignore), error))
        return false;
    char *to = names->text;
    if (from->column)
        add_name(names, from->column, NULL);
    if (*columns)
        add_names(names, columns, from, &to);
    if (*ignore)
        add_names(names, ignore, NULL, &to);
    names->count += (int)names_of_model(from, names->name + names->count);
    return true;
}

/* The names of a list.  Close in any case. */
static bool list_open(ColumnNames *names, const char *list, const AertDataFrom *from,
                      AertError *error) {
    if (!take_room(names, commas(list) + 1, strlen(list) + 2 + commas(list), error))
        return false;
    char *to = names->text;
    if (*list)
        add_names(names, list, from, &to);
    return true;
}

static void names_close(ColumnNames *names) {
    free(names->name);
    free(names->of);
    free(names->text);
    *names = (ColumnNames){0};
}

/* Keeps the names of `--columns` that are this input's: those that are said to be, else those that
 * are said to be no input's.  These are no class's, unless the model has nothing but classes. */
static void keep_own(ColumnNames *names, const AertDataFrom *from, const AertInput *input) {
    bool own = false, mine = !aert_holds(input, AERT_HOLDS_A_CLASS), classes = true;
    int count = 0;
    for (int i = 0; i < from->n_inputs; i++)
        classes &= aert_holds(&from->inputs[i], AERT_HOLDS_A_CLASS);
    for (int i = 0; i < names->count; i++)
        own |= names->of[i] && strcmp(names->of[i]->name, input->name) == 0;
    for (int i = 0; i < names->count; i++)
        if (own ? names->of[i] && strcmp(names->of[i]->name, input->name) == 0
                : !names->of[i] && (mine || classes))
            names->name[count++] = names->name[i];
    names->count = count;
}

/* The fields of these names, in their order; `taken` marks them. */
static bool choose(AertColumns *columns, const AertTable *table, const ColumnNames *names,
                   bool *taken, AertError *error) {
    for (int i = 0; i < names->count; i++) {
        int field = aert_table_choose(table, names->name[i], error);
        if (field < 0)
            return false;
        if (taken[field])
            return aert_fail(error, "%s: column '%s' is named twice", table->name, names->name[i]);
        taken[field] = true;
        columns->field[columns->count++] = field;
    }
    return true;
}

/* Whether the names of --columns that are said to be no input's are columns of the table. */
static bool are_there(const AertTable *table, const AertDataFrom *from, AertError *error) {
    ColumnNames names;
    const char *list = reading_of(from)->columns;
    bool fine = list_open(&names, list ? list : "", from, error);
    for (int i = 0; fine && i < names.count; i++)
        fine = names.of[i] || aert_table_choose(table, names.name[i], error) >= 0;
    names_close(&names);
    return fine;
}

/* Whether the names of a list are columns of the table, and none of them is among those taken. */
static bool are_others(const AertColumns *columns, const AertTable *table, const char *list,
                       const AertInput *input, bool must, AertError *error) {
    ColumnNames names;
    AertError lacks;
    bool fine = list_open(&names, list, NULL, error);
    for (int i = 0; fine && i < names.count; i++) {
        int field = aert_table_choose(table, names.name[i], must ? error : &lacks);
        fine = field >= 0 || !must;
        for (int k = 0; fine && k < columns->count; k++)
            if (columns->field[k] == field)
                fine = aert_fail(error, "%s: --ignore leaves out '%s', which input %s reads",
                                 table->name, names.name[i], input->name);
    }
    names_close(&names);
    return fine;
}

/* The table has no column of a name that the input wants (-1), or several (-2). */
static bool lacks(const AertTable *table, const AertInput *input, const char *name, int found,
                  AertError *error) {
    char all[256];
    return aert_fail(
        error, "%s: has %s '%s' of input %s; its columns are %s: --columns %s=NAME says which",
        table->name, found == -2 ? "several columns" : "no column", name, input->name,
        aert_table_columns(table, all, sizeof all), input->name);
}

/* Takes the columns that the input names, each of which the table must have once. */
static bool choose_named(AertColumns *columns, const AertTable *table, const AertInput *input,
                         AertError *error) {
    for (int i = 0; i < input->dim[0]; i++) {
        int field = aert_table_find(table, input->column[i]);
        if (field < 0)
            return lacks(table, input, input->column[i], field, error);
        columns->field[columns->count++] = field;
    }
    return true;
}

/* Of a table that other inputs read too, a class has the column of its own name alone: what they
 * leave is something else.  One that may be missing is missing then. */
static bool has_class(AertColumns *columns, const AertTable *table, const AertDataFrom *from,
                      const AertInput *input, AertError *error) {
    int field = 0;
    if (from->shared && table->column && columns->label < 0 &&
        aert_holds(input, AERT_HOLDS_A_CLASS))
        field = aert_table_find(table, input->name);
    columns->none = field == -1 && input->missing;
    return field >= 0 || columns->none || lacks(table, input, input->name, field, error);
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

/* Marks the columns that `--columns` gives to other inputs. */
static bool mark_others(const AertTable *table, const AertDataFrom *from, const AertInput *input,
                        bool *taken, AertError *error) {
    ColumnNames names;
    AertError ignored;
    const char *list = reading_of(from)->columns;
    bool fine = list_open(&names, list ? list : "", from, error);
    for (int i = 0; fine && i < names.count; i++) {
        bool other = names.of[i] && strcmp(names.of[i]->name, input->name) != 0;
        int field = other ? aert_table_choose(table, names.name[i], &ignored) : -1;
        if (field >= 0)
            taken[field] = true;
    }
    names_close(&names);
    return fine;
}

/* Takes all columns that nobody else has: neither --ignore, nor the labels, nor other inputs. */
static bool choose_rest(AertColumns *columns, const AertTable *table, const AertDataFrom *from,
                        const AertInput *input, bool *taken, AertError *error) {
    ColumnNames names;
    const char *ignore = reading_of(from)->ignore;
    if (ignore) {
        bool fine =
            list_open(&names, ignore, NULL, error) && choose(columns, table, &names, taken, error);
        names_close(&names);
        if (!fine)
            return false;
    }
    columns->count = 0;
    if (!mark_others(table, from, input, taken, error))
        return false;
    for (int i = table->first; i < table->last; i++)
        if (!taken[i] && i != columns->label)
            columns->field[columns->count++] = i;
    if (input->kind == AERT_SIGNAL || /* a recording has fewer columns than numbers */
        columns->count > (is_single(input) ? 1 : (int64_t)aert_input_size(input)))
        leave_others(columns, table, from, input);
    return true;
}

/* Takes those of --columns that are the input's; *any is false where there are none. */
static bool choose_asked(AertColumns *columns, const AertTable *table, const AertDataFrom *from,
                         const AertInput *input, bool *taken, bool *any, AertError *error) {
    ColumnNames names;
    const char *list = reading_of(from)->columns;
    *any = false;
    if (!list)
        return true;
    bool fine = list_open(&names, list, from, error);
    if (fine)
        keep_own(&names, from, input);
    *any = fine && names.count > 0;
    fine = fine && choose(columns, table, &names, taken, error);
    names_close(&names);
    return fine;
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

int aert_columns_class(const AertTable *table, const AertDataFrom *from, const AertInput *input) {
    AertError ignored;
    ColumnNames names;
    const char *list = reading_of(from)->columns;
    int field = aert_table_find(table, input->name);
    if (from->column && input->role == AERT_AS_LABEL)
        return aert_table_choose(table, from->column, &ignored);
    if (!list)
        return field;
    if (list_open(&names, list, from, &ignored))
        keep_own(&names, from, input);
    if (names.count == 1)
        field = aert_table_choose(table, names.name[0], &ignored);
    names_close(&names);
    return field;
}

/* Whether `--columns` says which columns are the input's by x=NAME. */
static bool is_said(const AertDataFrom *from, const AertInput *input) {
    ColumnNames names;
    AertError ignored;
    const char *list = reading_of(from)->columns;
    bool said = false;
    if (list && list_open(&names, list, from, &ignored)) {
        for (int i = 0; i < names.count; i++)
            said |= names.of[i] && strcmp(names.of[i]->name, input->name) == 0;
        names_close(&names);
    }
    return said;
}

static bool choose_fields(AertColumns *columns, const AertTable *table, const AertDataFrom *from,
                          const AertInput *input, bool *taken, AertError *error) {
    bool asked;
    bool said = input->column && is_said(from, input);
    if (input->column && table->column && !said)
        return are_there(table, from, error) && choose_named(columns, table, input, error);
    columns->by_place = input->column && !said;
    if (!choose_asked(columns, table, from, input, taken, &asked, error))
        return false;
    if (asked)
        return true;
    if (!has_class(columns, table, from, input, error) || columns->none)
        return columns->none;
    int single = from->inputs ? single_field(table, input) : -1;
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
    const char *ignore = reading_of(from)->ignore;
    fine = fine &&
           (!ignore || are_others(columns, table, ignore, input, input->column != NULL, error));
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
