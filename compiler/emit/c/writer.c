/* The writer: lines of C with their indentation, so that no printf elsewhere knows how deep it is.
 */
#include "emit/c/c.h"
#include "support/format.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 100 };

Arena *cw_scratch(const Writer *w) {
    return w->scratch ? w->scratch : w->text->arena;
}

void cw_clear(const Writer *w) {
    if (w->scratch)
        arena_clear(w->scratch);
}

/* Where to break a line that is too long: after the last sign or comma that fits; 0: nowhere. */
static size_t break_at(const char *line, size_t room) {
    for (size_t at = room; at > room / 3; at--)
        if (line[at] == ' ' && strchr("+-*/?:,=<", line[at - 1]))
            return at;
    return 0;
}

static void add_spaces(Text *text, size_t count) {
    static const char spaces[] = "                                ";
    for (size_t most = sizeof spaces - 1; count > 0;) {
        size_t some = count < most ? count : most;
        text_add_bytes(text, spaces, some);
        count -= some;
    }
}

static void add_indented(Writer *w, const char *format, va_list list, const char *end) {
    char room[256];
    va_list again;
    va_copy(again, list);
    const char *line = room;
    if (format_text(room, sizeof room, format, list) >= sizeof room)
        line = arena_vprintf(cw_scratch(w), format, again);
    va_end(again);
    size_t indent = 4 * (size_t)w->depth, length = strlen(line) + strlen(end);
    bool breaks = !strchr(line, '"') && !strstr(line, "/*");
    add_spaces(w->text, indent);
    for (bool first = true; breaks && indent + length > WIDTH; first = false) {
        size_t at = break_at(line, WIDTH - indent - 1);
        if (at == 0)
            break;
        indent += first ? 8 : 0;
        text_add_bytes(w->text, line, at);
        text_add_bytes(w->text, "\n", 1);
        add_spaces(w->text, indent);
        line += at + 1;
        length -= at + 1;
    }
    text_add(w->text, "%s%s\n", line, end);
}

void cw_line(Writer *w, const char *format, ...) {
    va_list list;
    va_start(list, format);
    add_indented(w, format, list, "");
    va_end(list);
}

void cw_open(Writer *w, const char *format, ...) {
    va_list list;
    va_start(list, format);
    add_indented(w, format, list, " {");
    va_end(list);
    w->depth++;
}

void cw_close(Writer *w) {
    w->depth--;
    add_spaces(w->text, 4 * (size_t)w->depth);
    text_add_bytes(w->text, "}\n", 2);
}

void cw_plain(Writer *w, const char *format, ...) {
    va_list list;
    va_start(list, format);
    text_add(w->text, "%s\n", arena_vprintf(cw_scratch(w), format, list));
    va_end(list);
}

void cw_blank(Writer *w) {
    text_add_bytes(w->text, "\n", 1);
}

const char *c_double(Arena *arena, double value) {
    return isnan(value)   ? "__builtin_nan(\"\")"
           : isinf(value) ? value > 0 ? "__builtin_inf()" : "-__builtin_inf()"
                          : text_number(arena, value);
}

const char *c_string(Arena *arena, const char *text) {
    if (!text)
        return "NULL";
    Text out;
    text_open(&out, arena);
    text_add(&out, "\"");
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\')
            text_add(&out, "\\%c", byte);
        else if (byte < ' ' || byte == 127 || byte == '?')
            text_add(&out, "\\%03o", byte);
        else
            text_add_bytes(&out, text, 1);
    }
    text_add(&out, "\"");
    return out.at;
}
