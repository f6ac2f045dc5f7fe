/* Diagnostics, first part: collects messages and knows where lines begin.
 *
 * A message is an error or a warning; the calls after it hang marks, help and notes on it:
 *
 *     diag_error(diag, plus, "this adds [20] to [784]");
 *     diag_mark_made(diag, left, z, "[20]");
 *     diag_help(diag, "the last axes must be equal or 1");
 *
 * diag_print.c shows them to people, diag_json.c to editors.
 */
#include "support/diag_messages.h"
#include "support/text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

Diag *diag_open(Arena *arena) {
    Diag *diag = NEW(arena, Diag);
    diag->arena = arena;
    return diag;
}

/* Where the line after the one of `at` begins; NULL: that is the last. */
static const char *line_after(const char *at, const char *end) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return newline ? newline + 1 : NULL;
}

int diag_source(Diag *diag, const char *name, const char *text, size_t length) {
    if (length > INT_MAX - 1)
        die("a source of %zu bytes", length);
    Source source = {.text = text, .length = (int)length};
    source.name = arena_copy(diag->arena, name, strlen(name));
    source.shown = text_visible(diag->arena, text_base_name(name));
    source.lines = 1;
    for (const char *at = text; (at = line_after(at, text + length));)
        source.lines++;
    source.line = NEW_ARRAY(diag->arena, int, source.lines);
    int line = 1;
    for (const char *at = text; (at = line_after(at, text + length));)
        source.line[line++] = (int)(at - text);
    list_add(diag->arena, &diag->sources, source);
    return diag->sources.count;
}

/* ---- places ---- */

const Source *diag_source_of(const Diag *diag, Loc loc) {
    return loc.file >= 1 && loc.file <= diag->sources.count ? &diag->sources.at[loc.file - 1]
                                                            : NULL;
}

int source_line(const Source *source, int at, int *begin, int *end) {
    int low = 0, high = source->lines; /* line[low] <= at < line[high] */
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (source->line[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    *begin = source->line[low];
    *end = low + 1 < source->lines ? source->line[low + 1] - 1 : source->length;
    if (*end > *begin && source->text[*end - 1] == '\r')
        *end -= 1;
    return low + 1;
}

int source_column(const Source *source, int at) {
    int begin, end, column = 1;
    source_line(source, at, &begin, &end);
    for (int i = begin; i < at && i < source->length; i++)
        column += ((unsigned char)source->text[i] & 0xC0) != 0x80;
    return column;
}

int diag_line(const Diag *diag, Loc loc) {
    const Source *source = diag_source_of(diag, loc);
    int begin, end;
    return source ? source_line(source, loc.begin, &begin, &end) : 0;
}

const char *diag_place(Diag *diag, Loc loc) {
    const Source *source = diag_source_of(diag, loc);
    return source ? arena_printf(diag->arena, "%s:%d", source->shown, diag_line(diag, loc)) : "";
}

const char *diag_file(const Diag *diag, int file) {
    const Source *source = diag_source_of(diag, (Loc){.file = file});
    return source ? source->name : "";
}

/* ---- messages ---- */

static void add_message(Diag *diag, bool warning, Loc loc, const char *text) {
    Message *message = NEW(diag->arena, Message);
    message->warning = warning;
    message->loc = diag_source_of(diag, loc) ? loc : (Loc){0};
    message->text = text;
    message->order = diag->messages.count;
    message->rank = message->order;
    for (int i = 0; i < diag->messages.count; i++)
        if (diag->messages.at[i]->loc.file == message->loc.file) {
            message->rank = diag->messages.at[i]->rank;
            break;
        }
    list_add(diag->arena, &diag->messages, message);
    diag->errors += !warning;
}

void diag_error(Diag *diag, Loc loc, const char *format, ...) {
    va_list list;
    va_start(list, format);
    add_message(diag, false, loc, arena_vprintf(diag->arena, format, list));
    va_end(list);
}

void diag_warning(Diag *diag, Loc loc, const char *format, ...) {
    va_list list;
    va_start(list, format);
    add_message(diag, true, loc, arena_vprintf(diag->arena, format, list));
    va_end(list);
}

static Message *last_message(const Diag *diag) {
    if (!diag->messages.count)
        die("a mark, help or note without a message");
    return diag->messages.at[diag->messages.count - 1];
}

static void add_mark(Diag *diag, Remark mark) {
    Message *message = last_message(diag);
    if (diag_source_of(diag, mark.loc) && mark.loc.file == message->loc.file)
        list_add(diag->arena, &message->marks, mark);
    else
        list_add(diag->arena, &message->notes, mark); /* it needs a line that names its file */
}

void diag_mark(Diag *diag, Loc loc, const char *format, ...) {
    va_list list;
    va_start(list, format);
    add_mark(diag, (Remark){loc, arena_vprintf(diag->arena, format, list), {0}});
    va_end(list);
}

void diag_mark_made(Diag *diag, Loc loc, Loc made, const char *what) {
    const char *text = arena_printf(diag->arena, "%s from line %d", what, diag_line(diag, made));
    add_mark(diag, (Remark){loc, text, made});
}

void diag_inside(Diag *diag, Loc loc, const char *name) {
    last_message(diag)->inside = true;
    diag_note(diag, loc, "in %s, here", name);
}

void diag_help(Diag *diag, const char *format, ...) {
    Message *message = last_message(diag);
    va_list list;
    va_start(list, format);
    list_add(diag->arena, &message->help, arena_vprintf(diag->arena, format, list));
    va_end(list);
}

void diag_note(Diag *diag, Loc loc, const char *format, ...) {
    Message *message = last_message(diag);
    va_list list;
    va_start(list, format);
    Remark note = {loc, arena_vprintf(diag->arena, format, list), {0}};
    va_end(list);
    list_add(diag->arena, &message->notes, note);
}

int diag_errors(const Diag *diag) {
    return diag->errors;
}

static int by_place(const void *left, const void *right) {
    const Message *a = *(Message *const *)left, *b = *(Message *const *)right;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->loc.begin != b->loc.begin)
        return a->loc.begin < b->loc.begin ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

/* Whether an earlier one of the first `count` messages says the same of the same place, or is of
 * the inside of the same call. */
static bool is_repeated(const Diag *diag, int count, const Message *message) {
    for (int i = count - 1; i >= 0; i--) {
        const Message *other = diag->messages.at[i];
        if (other->rank != message->rank || other->loc.begin != message->loc.begin)
            return false;
        if (other->loc.end == message->loc.end && other->warning == message->warning &&
            ((other->inside && message->inside) || strcmp(other->text, message->text) == 0))
            return true;
    }
    return false;
}

void diag_sort(Diag *diag, int *count) {
    Message **at = diag->messages.at;
    if (diag->messages.count)
        qsort(at, (size_t)diag->messages.count, sizeof(Message *), by_place);
    *count = 0;
    for (int i = 0; i < diag->messages.count; i++)
        if (!is_repeated(diag, *count, at[i]))
            at[(*count)++] = at[i];
}
