/* Diagnostics, second part: shows messages with their source lines.
 *
 *     vae.ae:19:27: error: this adds [20] to [784]
 *        19 |     xhat = sigmoid(z + logits)
 *           |                    ~ ^ ~~~~~~
 *           |                    [20] from line 14   [784] from line 18
 *           |     shapes are aligned at the right: the last axes, 20 and 784, must be equal or 1
 *
 * The main place is ^, or ^~~~ where it is wider; marks are ~~~.  A source line is first turned
 * into cells of the screen (a tab is several, a combining accent none, a control character that is
 * written out four); underlines are then strings of cells.  A line wider than WINDOW is shown
 * around the place that matters.
 */
#include "support/diag_messages.h"
#include "support/text.h"
#include "base/visible.h"

#include <stdlib.h>
#include <string.h>

enum { WINDOW = 100, TAB = 4, GAP = 3 };

typedef struct MessagePrinter {
    Diag *diag;
    Arena *arena; /* of this call of diag_print() */
    FILE *out;
} MessagePrinter;

/* One source line, ready to be shown. */
typedef struct LineView {
    int number, begin, end; /* bytes [begin, end) of the source */
    int *cell;              /* of each byte, and of the end */
    int from, to;           /* the cells that are shown */
} LineView;

/* ---- characters ---- */

/* Cells that a character takes on the screen. */
static int width_of_code(int code) {
    static const struct {
        int low, high, cells;
    } ranges[] = {{0x0300, 0x036F, 0},   {0x1100, 0x115F, 2},   {0x2E80, 0xA4CF, 2},
                  {0xAC00, 0xD7A3, 2},   {0xF900, 0xFAFF, 2},   {0xFE00, 0xFE0F, 0},
                  {0xFE30, 0xFE6F, 2},   {0xFF00, 0xFF60, 2},   {0xFFE0, 0xFFE6, 2},
                  {0x1F300, 0x1F64F, 2}, {0x1F900, 0x1F9FF, 2}, {0x20000, 0x3FFFD, 2}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code >= ranges[i].low && code <= ranges[i].high)
            return ranges[i].cells;
    return 1;
}

/* The same of the character at `text`, as it is shown. */
static int cells_of(const char *text, int code) {
    char escape[AERT_VISIBLE_ROOM];
    return aert_visible_character(text, code, escape) ? (int)strlen(escape) : width_of_code(code);
}

/* ---- a source line ---- */

static LineView view_line(MessagePrinter *printer, const Source *source, int at) {
    LineView view = {0};
    view.number = source_line(source, at, &view.begin, &view.end);
    view.cell = NEW_ARRAY(printer->arena, int, view.end - view.begin + 1);
    int cell = 0;
    for (int i = view.begin; i < view.end;) {
        int code, length = aert_character(source->text + i, &code);
        for (int j = 0; j < length; j++)
            view.cell[i + j - view.begin] = cell;
        cell += code == '\t' ? TAB - cell % TAB : cells_of(source->text + i, code);
        i += length;
    }
    view.cell[view.end - view.begin] = cell;
    view.to = cell;
    return view;
}

/* The cells of a place that begins on this line, at least one. */
static void cells_of_place(const LineView *view, Loc loc, int *from, int *to) {
    int begin = loc.begin < view->end ? loc.begin : view->end;
    int end = loc.end < view->end ? loc.end : view->end;
    *from = view->cell[begin - view->begin];
    *to = end > begin ? view->cell[end - view->begin] : *from + 1;
    if (*to <= *from)
        *to = *from + 1;
}

/* Of a line that is too wide, shows WINDOW cells around the place. */
static void clip(LineView *view, Loc loc) {
    int from, to, cells = view->to;
    cells_of_place(view, loc, &from, &to);
    if (cells <= WINDOW)
        return;
    if (to - from > WINDOW / 2)
        to = from + WINDOW / 2;
    if (to > WINDOW - 2)
        view->from = from - WINDOW / 3;
    if (view->from + WINDOW < cells)
        view->to = view->from + WINDOW;
}

/* Indentation of the source line as far as it is shown: help stands below its first word. */
static int indent_of(const Source *source, const LineView *view) {
    int i = view->begin;
    while (i < view->end && (source->text[i] == ' ' || source->text[i] == '\t'))
        i++;
    int cell = view->cell[i - view->begin];
    return view->from > 0 || i == view->end ? 0 : cell > 24 ? 24 : cell;
}

static void print_source(MessagePrinter *printer, const Source *source, const LineView *view) {
    Text line;
    text_open(&line, printer->arena);
    int cells = view->cell[view->end - view->begin];
    if (view->from > 0)
        text_add(&line, "…");
    int from = view->from + (view->from > 0), to = view->to - (view->to < cells); /* between … */
    for (int i = view->begin, length; i < view->end; i += length) {
        int code;
        char escape[AERT_VISIBLE_ROOM];
        length = aert_character(source->text + i, &code);
        int cell = view->cell[i - view->begin], next = view->cell[i + length - view->begin];
        if (next <= from || next > to)
            continue;
        if (cell < from || code == '\t')
            text_add(&line, "%*s", next - (cell < from ? from : cell), "");
        else if (aert_visible_character(source->text + i, code, escape))
            text_add(&line, "%s", escape);
        else
            text_add_bytes(&line, source->text + i, (size_t)length);
    }
    if (view->to < cells)
        text_add(&line, "…");
    while (line.length > 0 && line.at[line.length - 1] == ' ')
        line.length--;
    fprintf(printer->out, "%5d |%s%.*s\n", view->number, line.length ? " " : "", (int)line.length,
            line.at);
}

/* ---- underlines and the words below them ---- */

static void underline(const LineView *view, Loc loc, char first, char *row) {
    int from, to;
    cells_of_place(view, loc, &from, &to);
    for (int cell = from; cell < to; cell++)
        if (cell >= view->from && cell <= view->from + WINDOW)
            row[cell - view->from] = cell == from ? first : '~';
}

static void print_row(MessagePrinter *printer, const char *row) {
    int length = (int)strlen(row);
    while (length > 0 && row[length - 1] == ' ')
        length--;
    if (length)
        fprintf(printer->out, "      | %.*s\n", length, row);
}

static int width_of(const char *text) {
    int cells = 0, code;
    for (int length; *text; text += length) {
        length = aert_character(text, &code);
        cells += cells_of(text, code);
    }
    return cells;
}

/* The words of the marks, each below its place, or right of the words before it. */
static void print_words(MessagePrinter *printer, const LineView *view, const Remark *marks,
                        int count) {
    Text row;
    text_open(&row, printer->arena);
    int used = 0;
    for (int i = 0; i < count; i++) {
        const char *words = text_visible(printer->arena, marks[i].text);
        int from, to, width = width_of(words);
        if (!width)
            continue;
        cells_of_place(view, marks[i].loc, &from, &to);
        int at = from > view->from ? from - view->from : 0;
        if (used && at < used + GAP)
            at = used + GAP;
        if (used && at + width > WINDOW) { /* a row of its own */
            print_row(printer, row.at);
            text_open(&row, printer->arena);
            used = 0;
            at = from > view->from ? from - view->from : 0;
        }
        if (at + width > WINDOW)
            at = width < WINDOW ? WINDOW - width : 0;
        text_add(&row, "%*s%s", at - used, "", words);
        used = at + width;
    }
    print_row(printer, row.at);
}

/* One source line with what is underlined on it; `main` may be NULL.  Returns its indentation. */
static int print_line(MessagePrinter *printer, const Source *source, const Loc *main,
                      const Remark *marks, int count) {
    Loc first = main ? *main : marks[0].loc;
    LineView view = view_line(printer, source, first.begin);
    clip(&view, first);
    print_source(printer, source, &view);
    char row[WINDOW + 2];
    memset(row, ' ', sizeof row);
    row[WINDOW + 1] = 0;
    if (main)
        underline(&view, *main, '~', row);
    for (int i = 0; i < count; i++)
        underline(&view, marks[i].loc, '~', row);
    if (main)
        underline(&view, (Loc){main->file, main->begin, main->begin}, '^', row);
    print_row(printer, row);
    print_words(printer, &view, marks, count);
    return indent_of(source, &view);
}

/* ---- a message ---- */

static int by_begin(const void *left, const void *right) {
    const Remark *a = left, *b = right;
    if (a->loc.begin != b->loc.begin)
        return a->loc.begin < b->loc.begin ? -1 : 1;
    return a->loc.end < b->loc.end ? -1 : a->loc.end > b->loc.end;
}

/* The line of the message and those of its marks, from the top down.  Returns the indentation of
 * its own line. */
static int print_lines(MessagePrinter *printer, const Source *source, Message *message) {
    int indent = 0, count = message->marks.count, from = 0;
    Remark *marks = message->marks.at;
    bool shown = false;
    if (count)
        qsort(marks, (size_t)count, sizeof(Remark), by_begin);
    int line = diag_line(printer->diag, message->loc);
    while (from < count || !shown) {
        int to = from, of = from < count ? diag_line(printer->diag, marks[from].loc) : line;
        if (!shown && of > line)
            of = line;
        while (to < count && diag_line(printer->diag, marks[to].loc) == of)
            to++;
        const Loc *main = of == line ? &message->loc : NULL;
        int cells = print_line(printer, source, main, to > from ? marks + from : NULL, to - from);
        if (main) {
            indent = cells;
            shown = true;
        }
        from = to;
    }
    return indent;
}

static void print_head(MessagePrinter *printer, Loc loc, const char *severity, const char *text) {
    const Source *source = diag_source_of(printer->diag, loc);
    if (source)
        fprintf(printer->out, "%s:%d:%d: ", text_visible(printer->arena, source->name),
                diag_line(printer->diag, loc), source_column(source, loc.begin));
    fprintf(printer->out, "%s: %s\n", severity, text_visible(printer->arena, text));
}

/* A line of help; a newline in it begins another. */
static void print_help(MessagePrinter *printer, bool gutter, int indent, const char *text) {
    while (text) {
        const char *newline = strchr(text, '\n');
        size_t length = newline ? (size_t)(newline - text) : strlen(text);
        fprintf(printer->out, "%s%*s%s\n", gutter ? "      | " : "    ", gutter ? indent : 0, "",
                text_visible(printer->arena, arena_copy(printer->arena, text, length)));
        text = newline ? newline + 1 : NULL;
    }
}

static void print_message(MessagePrinter *printer, Message *message) {
    print_head(printer, message->loc, message->warning ? "warning" : "error", message->text);
    const Source *source = diag_source_of(printer->diag, message->loc);
    int indent = source ? print_lines(printer, source, message) : 0;
    for (int i = 0; i < message->help.count; i++)
        print_help(printer, source != NULL, indent, message->help.at[i]);
    for (int i = 0; i < message->notes.count; i++) {
        const Remark *note = &message->notes.at[i];
        print_head(printer, note->loc, "note", note->text);
        const Source *other = diag_source_of(printer->diag, note->loc);
        if (other)
            print_line(printer, other, &note->loc, NULL, 0);
    }
}

void diag_print(Diag *diag, FILE *out) {
    MessagePrinter printer = {diag, arena_open(), out};
    int count, shown[2] = {0, 0}; /* errors, warnings */
    diag_sort(diag, &count);
    for (int i = 0; i < count; i++)
        if (shown[diag->messages.at[i]->warning]++ < DIAG_LIMIT)
            print_message(&printer, diag->messages.at[i]);
    for (int i = 0; i < 2; i++)
        if (shown[i] > DIAG_LIMIT)
            fprintf(out, "… and %d more %s%s\n", shown[i] - DIAG_LIMIT, i ? "warning" : "error",
                    shown[i] - DIAG_LIMIT == 1 ? "" : "s");
    diag->messages.count = 0;
    arena_close(printer.arena);
}
