/* What kind of data these are, texts among them.
 *
 * A file of text may be a table or texts.  It is a table where columns of it can be read, else
 * texts if most of what it holds are words of letters, several in each.
 */
#include "new/new.h"

#include <stdio.h>
#include <string.h>

enum { SENTENCE = 4 }; /* the tokens of a text, its end included, that is no mere name */

/* The column whose words are longest, from 1; 0: the lines of the file are no rows of several. */
static int text_column(const AertLook *look, const char *path) {
    bool table =
        look->kind == AERT_LOOK_TABLE &&
        (look->columns > 1 || aert_has_suffix(path, ".csv") || aert_has_suffix(path, ".tsv"));
    int best = 0;
    for (int i = 1; table && i < look->columns; i++)
        best = look->column[i].letters > look->column[best].letters ? i : best;
    return table ? look->table.first + best + 1 : 0;
}

/* What --columns names it by: its name, if it is the only one of that name. */
static const char *column_name(const AertLook *look, Arena *arena, int column) {
    const char *name = look->table.column ? look->table.column[column - 1] : "";
    bool once = *name && aert_table_find(&look->table, name) == column - 1;
    return once ? arena_printf(arena, "%s", name) : arena_printf(arena, "%d", column);
}

bool new_look(AertLook *look, const char **column, Arena *arena, const char *path,
              const AertCsv *csv, const char *as, AertError *error) {
    bool texts = as && strcmp(as, "texts") == 0;
    bool good = aert_look(look, path, csv, error);
    *column = NULL;
    if (good && !texts &&
        (as || look->kind != AERT_LOOK_TABLE || sketch_finds_columns(arena, look)))
        return true;
    AertLook found;
    AertError why;
    int number = good ? text_column(look, path) : 0;
    if (!aert_look_at_texts(&found, path, csv, number, texts ? error : &why)) {
        aert_look_close(&found);
        return good && !texts;
    }
    if (!texts && (found.letters <= 0.5 || found.length < SENTENCE)) {
        aert_look_close(&found);
        return good;
    }
    if (number)
        *column = column_name(look, arena, number);
    aert_look_close(look);
    *look = found;
    return true;
}
