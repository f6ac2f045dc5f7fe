/* columns: see columns.h. */
#include "columns.h"
#include "table_parts.h"

#include <stdlib.h>
#include <string.h>

/* Adds a name; of "x=id" of --columns, where the model has an input x, "id" for that input. */
static void add_name(AertColumns *c, const char *text, bool of_inputs) {
    AertColumnNames *names = &c->names;
    int at = names->count++;
    names->name[at] = text;
    for (int i = 0; of_inputs && i < c->from->n_inputs; i++) {
        const AertInput *input = &c->from->inputs[i];
        size_t length = strlen(input->name);
        if (strncmp(text, input->name, length) == 0 && text[length] == '=') {
            names->of[at] = input;
            names->name[at] = text + length + 1;
        }
    }
}

/* Adds the names of a list, "time,x=id,\"a, b\"", whose texts lie from *to on. */
static void add_names(AertColumns *c, const char *list, bool of_inputs, char **to) {
    AertField field;
    for (const char *at = *list ? list : NULL, *end = list + strlen(list);
         aert_field_next(&at, end, ',', &field);) {
        aert_field_text(&field, *to, (size_t)field.length + 1);
        add_name(c, *to, of_inputs);
        *to += strlen(*to) + 1;
    }
}

/* Whether a column may be the input's by the input's own name: it is one number, or a text. */
static bool is_single(const AertInput *input) {
    return !input->column && (aert_input_size(input) == 1 || aert_holds(input, AERT_HOLDS_TOKENS));
}

static bool take_names(AertColumns *c, AertError *error) {
    AertColumnNames *names = &c->names;
    const AertDataFrom *from = c->from;
    const AertReading *how = from->how;
    const char *columns = how && how->columns ? how->columns : "";
    const char *ignore = how && how->ignore ? how->ignore : "";
    size_t most = strlen(columns) + strlen(ignore) + 3; /* a list of n bytes has n + 1 names */
    for (int i = 0; i < from->n_inputs; i++)
        most += from->inputs[i].column ? (size_t)from->inputs[i].dim[0] : 1;
    char *to = names->text = aert_allocate(most, 1, "names of columns", error);
    names->name = aert_allocate(most, sizeof *names->name, "names of columns", error);
    names->of = aert_allocate(most, sizeof(void *), "names of columns", error);
    if (!names->text || !names->name || !names->of)
        return false;
    if (from->column)
        add_name(c, from->column, false);
    names->columns = names->count;
    add_names(c, columns, true, &to);
    names->ignore = names->count;
    add_names(c, ignore, false, &to);
    names->model = names->count;
    for (int i = 0; i < from->n_inputs; i++) {
        const AertInput *input = &from->inputs[i];
        for (int k = 0; input->column && k < input->dim[0]; k++)
            add_name(c, input->column[k], false);
        if (is_single(input))
            add_name(c, input->name, false);
    }
    return true;
}

/* Whether name i of --columns is said to be that input's. */
static bool is_of(const AertColumns *c, int i, const AertInput *input) {
    const AertInput *of = c->names.of[i];
    return of && strcmp(of->name, input->name) == 0;
}

/* Whether `--columns` says which columns are the input's by x=NAME. */
static bool is_said(const AertColumns *c, const AertInput *input) {
    int i = c->names.columns;
    while (i < c->names.ignore && !is_of(c, i, input))
        i++;
    return i < c->names.ignore;
}

/* Whether name i of --columns is that input's: it is said to be, or, where none is said to be, it
 * is said to be no input's.  Such are no class's, unless the model has nothing but classes. */
static bool is_own(const AertColumns *c, int i, const AertInput *input) {
    bool mine = !aert_holds(input, AERT_HOLDS_A_CLASS), classes = true;
    for (int k = 0; k < c->from->n_inputs; k++)
        classes &= aert_holds(&c->from->inputs[k], AERT_HOLDS_A_CLASS);
    return is_said(c, input) ? is_of(c, i, input) : !c->names.of[i] && (mine || classes);
}

/* Takes the field of name i. */
static bool choose(AertColumns *c, int i, AertError *error) {
    const char *name = c->names.name[i];
    int field = aert_table_choose(&c->table, name, error);
    if (field < 0)
        return false;
    if (c->taken[field])
        return aert_fail(error, "%s: column '%s' is named twice", c->table.name, name);
    c->taken[field] = true;
    c->field[c->count++] = field;
    return true;
}

/* The table has no column of a name that the input wants (-1), or several (-2). */
static bool lacks(const AertColumns *c, const char *name, int found, AertError *error) {
    char all[256];
    return aert_fail(
        error, "%s: has %s '%s' of input %s; its columns are %s: --columns %s=NAME says which",
        c->table.name, found == -2 ? "several columns" : "no column", name, c->input->name,
        aert_table_columns(&c->table, all, sizeof all), c->input->name);
}

/* Takes the columns that the input names, each of which the table must have once; and those of
 * --columns that are said to be no input's must be there. */
static bool choose_named(AertColumns *c, AertError *error) {
    for (int i = c->names.columns; i < c->names.ignore; i++)
        if (!c->names.of[i] && aert_table_choose(&c->table, c->names.name[i], error) < 0)
            return false;
    for (int i = 0; i < c->input->dim[0]; i++) {
        int field = aert_table_find(&c->table, c->input->column[i]);
        if (field < 0)
            return lacks(c, c->input->column[i], field, error);
        c->field[c->count++] = field;
    }
    return true;
}

/* Of a table that other inputs read too, a class has the column of its own name alone: what they
 * leave is something else.  One that may be missing is missing then. */
static bool has_class(AertColumns *c, AertError *error) {
    const AertInput *input = c->input;
    int field = 0;
    if (c->from->shared && c->table.column && c->label < 0 && aert_holds(input, AERT_HOLDS_A_CLASS))
        field = aert_table_find(&c->table, input->name);
    c->none = field == -1 && input->missing;
    return field >= 0 || c->none || lacks(c, input->name, field, error);
}

/* The column with the name of the input, or the only one there is; -1: none. */
static int single_field(const AertTable *table, const AertInput *input) {
    int field = is_single(input) ? aert_table_find(table, input->name) : -1;
    return field < 0 && table->last - table->first == 1 ? table->first : field;
}

/* Whether a column belongs to an input other than this by its name. */
static bool is_others(const AertColumns *c, const char *name) {
    for (int k = 0; k < c->from->n_inputs; k++) {
        const AertInput *other = &c->from->inputs[k];
        if (strcmp(other->name, c->input->name) == 0)
            continue;
        if (is_single(other) && strcmp(name, other->name) == 0)
            return true;
        for (int i = 0; other->column && i < other->dim[0]; i++)
            if (strcmp(name, other->column[i]) == 0)
                return true;
    }
    return false;
}

/* Takes all columns that nobody else has: neither --ignore, nor the labels, nor other inputs. */
static bool choose_rest(AertColumns *c, AertError *error) {
    const AertTable *table = &c->table;
    AertError ignored;
    for (int i = c->names.ignore; i < c->names.model; i++)
        if (!choose(c, i, error))
            return false;
    for (int i = c->names.columns; i < c->names.ignore; i++) {
        bool other = c->names.of[i] && !is_of(c, i, c->input);
        int field = other ? aert_table_choose(table, c->names.name[i], &ignored) : -1;
        if (field >= 0)
            c->taken[field] = true;
    }
    if (c->label >= 0)
        c->taken[c->label] = true;
    int left = 0, count = 0;
    for (int i = table->first; i < table->last; i++)
        left += !c->taken[i];
    /* a recording has fewer columns than numbers */
    bool by_name =
        table->column && (c->input->kind == AERT_SIGNAL ||
                          left > (is_single(c->input) ? 1 : (int64_t)aert_input_size(c->input)));
    for (int i = table->first; i < table->last; i++)
        if (!c->taken[i] && !(by_name && is_others(c, table->column[i])))
            c->field[count++] = i;
    c->count = count;
    return true;
}

/* The field of the labels: of --label-column, else the one that is called as the label is. */
static bool find_label(AertColumns *c, AertError *error) {
    const AertDataFrom *from = c->from;
    AertError lacks;
    int field = -1;
    if (from->column)
        field = aert_table_choose(&c->table, from->column, from->may_lack ? &lacks : error);
    else if (from->label)
        field = aert_table_find(&c->table, from->label->name);
    c->label = field < 0 ? -1 : field;
    return field >= 0 || !from->column || from->may_lack;
}

int aert_columns_class(const AertColumns *c, const AertInput *input) {
    AertError ignored;
    const char *name = NULL;
    int names = 0;
    if (c->from->column && input->role == AERT_AS_LABEL)
        return aert_table_choose(&c->table, c->from->column, &ignored);
    for (int i = c->names.columns; i < c->names.ignore; i++)
        if (is_own(c, i, input)) {
            name = c->names.name[i];
            names++;
        }
    return names == 1 ? aert_table_choose(&c->table, name, &ignored)
                      : aert_table_find(&c->table, input->name);
}

static bool choose_fields(AertColumns *c, AertError *error) {
    const AertInput *input = c->input;
    bool said = input->column && is_said(c, input), asked = false;
    if (input->column && c->table.column && !said)
        return choose_named(c, error);
    c->by_place = input->column && !said;
    for (int i = c->names.columns; i < c->names.ignore; i++)
        if (is_own(c, i, input)) {
            asked = true;
            if (!choose(c, i, error))
                return false;
        }
    if (asked)
        return true;
    if (!has_class(c, error) || c->none)
        return c->none;
    int single = c->from->inputs ? single_field(&c->table, input) : -1;
    if (single < 0)
        return choose_rest(c, error);
    c->field[c->count++] = single;
    return true;
}

/* Whether the names of --ignore are columns of the table, where they must, and none of them is
 * among those taken. */
static bool leaves_out_others(const AertColumns *c, AertError *error) {
    AertError lacks;
    bool must = c->input->column != NULL;
    for (int i = c->names.ignore; i < c->names.model; i++) {
        int field = aert_table_choose(&c->table, c->names.name[i], must ? error : &lacks);
        if (field < 0 && must)
            return false;
        for (int k = 0; k < c->count; k++)
            if (c->field[k] == field)
                return aert_fail(error, "%s: --ignore leaves out '%s', which input %s reads",
                                 c->table.name, c->names.name[i], c->input->name);
    }
    return true;
}

static bool find_columns(AertColumns *c, const AertBytes *bytes, AertError *error) {
    const AertDataFrom *from = c->from;
    if (!take_names(c, error))
        return false;
    const AertTableHow how = {.name = from->path,
                              .csv = from->how ? &from->how->csv : NULL,
                              .asked = c->names.name,
                              .asks = c->names.count,
                              .labels = aert_holds(c->input, AERT_HOLDS_A_CLASS)};
    if (!aert_table_open(&c->table, bytes, &how, error))
        return false;
    size_t fields = (size_t)c->table.fields;
    c->field = aert_allocate(fields, sizeof *c->field, from->path, error);
    c->taken = aert_allocate(fields, sizeof *c->taken, from->path, error);
    return c->field && c->taken && find_label(c, error) && choose_fields(c, error) &&
           leaves_out_others(c, error);
}

bool aert_columns_read(const AertBytes *bytes, const AertDataFrom *from, const AertInput *input,
                       AertColumnsReader *read, void *user, AertError *error) {
    AertColumns c = {.label = -1, .from = from, .input = input};
    bool fine = find_columns(&c, bytes, error) && read(&c, user, error);
    free(c.names.name);
    free(c.names.of);
    free(c.names.text);
    free(c.taken);
    free(c.field);
    aert_table_close(&c.table);
    return fine;
}
