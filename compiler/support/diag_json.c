/* Diagnostics, third part: shows messages to editors, as one JSON array.
 *
 *     [{"file": "vae.ae", "line": 19, "column": 22, "end_line": 19, "end_column": 23,
 *       "severity": "error", "message": "this adds [20] to [784]", "help": "", "notes": []}]
 *
 * Lines and columns count from 1; the end is the column after the last character.  Lines of help
 * are joined by newlines; notes are the marks, then the notes, with places of their own.
 */
#include "support/diag_messages.h"
#include "base/visible.h"

/* The inside of a JSON string; what a terminal would obey is escaped. */
static void print_text(FILE *out, const char *text) {
    for (int code, length; *text; text += length) {
        char escape[AERT_VISIBLE_ROOM];
        length = aert_character(text, &code);
        if (code < 0)
            fputs("\\ufffd", out);
        else if (code == '\n')
            fputs("\\n", out);
        else if (code == '"' || code == '\\')
            fprintf(out, "\\%c", code);
        else if (aert_visible_character(text, code, escape))
            fprintf(out, "\\u%04x", (unsigned)code);
        else
            fwrite(text, 1, (size_t)length, out);
    }
}

static void print_string(FILE *out, const char *text) {
    fputc('"', out);
    print_text(out, text);
    fputc('"', out);
}

static void print_place(const Diag *diag, FILE *out, Loc loc) {
    const Source *source = diag_source_of(diag, loc);
    int line = 0, column = 0, end_line = 0, end_column = 0;
    if (source) {
        int last = loc.end > loc.begin ? loc.end - 1 : loc.begin; /* no end on the next line */
        int begin, end;
        line = source_line(source, loc.begin, &begin, &end);
        column = source_column(source, loc.begin);
        end_line = source_line(source, last, &begin, &end);
        end_column = loc.end > loc.begin ? source_column(source, last) + 1 : column;
    }
    fprintf(out, "\"file\": ");
    print_string(out, source ? source->name : "");
    fprintf(out, ", \"line\": %d, \"column\": %d, \"end_line\": %d, \"end_column\": %d", line,
            column, end_line, end_column);
}

static void print_remarks(const Diag *diag, FILE *out, const Remark *remarks, int count,
                          bool first) {
    for (int i = 0; i < count; i++) {
        fprintf(out, "%s{", first && i == 0 ? "" : ", ");
        print_place(diag, out, remarks[i].loc);
        fprintf(out, ", \"message\": ");
        print_string(out, remarks[i].text);
        fprintf(out, "}");
    }
}

static void print_message(const Diag *diag, FILE *out, const Message *message) {
    fprintf(out, "{");
    print_place(diag, out, message->loc);
    fprintf(out, ", \"severity\": \"%s\", \"message\": ", message->warning ? "warning" : "error");
    print_string(out, message->text);
    fprintf(out, ", \"help\": \"");
    for (int i = 0; i < message->help.count; i++) {
        fprintf(out, "%s", i ? "\\n" : "");
        print_text(out, message->help.at[i]);
    }
    fprintf(out, "\", \"notes\": [");
    print_remarks(diag, out, message->marks.at, message->marks.count, true);
    print_remarks(diag, out, message->notes.at, message->notes.count, message->marks.count == 0);
    fprintf(out, "]}");
}

void diag_print_json(Diag *diag, FILE *out) {
    int count;
    diag_sort(diag, &count);
    fprintf(out, "[");
    for (int i = 0; i < count; i++) {
        fprintf(out, "%s", i ? ",\n " : "");
        print_message(diag, out, diag->messages.at[i]);
    }
    fprintf(out, "]\n");
    diag->messages.count = 0;
}
