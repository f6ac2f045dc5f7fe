/* Names that leave the compiler, see published.h. */
#include "check/values/published.h"

#include <string.h>

bool check_too_long(Checker *c, Loc loc, const char *name) {
    size_t length = strlen(name);
    const char *point = strrchr(name, '.');
    if (length <= MAX_NAME)
        return false;
    if (point && point - name > MAX_NAME)
        return true; /* the part before the dot was told */
    check_error(c, loc, "the name %.30s… has %zu bytes: the limit is %d", name, length, MAX_NAME);
    return true;
}

static void report_twice(Checker *c, const Published *one, const Published *other) {
    const char *found =
        one->space == SPACE_setting
            ? arena_printf(c->arena, "`--set %s=…` would set two things", one->name)
        : one->space == SPACE_column
            ? arena_printf(c->arena, "two columns of the metrics would be called `%s`", one->name)
            : arena_printf(c->arena, "parameters of two things would be called `%s.…`", one->name);
    check_error(c, one->loc, "%s: %s and %s", found, other->what, one->what);
    if (other->loc.file)
        diag_note(c->diag, other->loc, "%s is here", other->what);
    check_help(c, other->loc.file ? "give one of them another name" : "give it another name");
}

void publish(Checker *c, NameSpace space, const char *name, const Ast *key, Loc loc,
             const char *what) {
    Published one = {
        .space = space, .name = names_of(c->names, name), .key = key, .loc = loc, .what = what};
    for (int i = 0; i < c->published.count; i++) {
        const Published *other = &c->published.at[i];
        if (other->space != space || other->name != one.name)
            continue;
        if (!key || other->key != key)
            report_twice(c, &one, other);
        return;
    }
    if (space != SPACE_column) /* those are short enough already: valid.total */
        check_too_long(c, loc, name);
    list_add(c->arena, &c->published, one);
}

/* `total` and `valid.total`, beside what every line begins with. */
void publish_columns(Checker *c) {
    Model *m = c->model;
    Loc nowhere = {0};
    publish(c, SPACE_column, "epoch", NULL, nowhere, "the number of the epoch");
    if (m->stages.count && m->stages.at[0].name)
        publish(c, SPACE_column, "stage", NULL, nowhere, "the name of the stage");
    publish(c, SPACE_column, "example", NULL, nowhere, "the number of the example in scores");
    publish(c, SPACE_column, "flag", NULL, nowhere, "the mark of high scores");
    int errors = diag_errors(c->diag);
    for (int valid = 0; valid < 2 && diag_errors(c->diag) == errors; valid++)
        for (int i = 0; i < m->reports.count; i++) {
            const Report *report = &m->reports.at[i];
            const char *name = report->name;
            const char *what =
                arena_printf(c->arena, "the %s `%s`", report->metric ? "metric" : "loss", name);
            if (valid)
                what = arena_printf(c->arena, "%s of validation", what);
            publish(c, SPACE_column, valid ? arena_printf(c->arena, "valid.%s", name) : name, NULL,
                    report->loc, what);
        }
}
