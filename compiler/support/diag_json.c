/* Diagnostics, third part: shows messages to editors, as one JSON array.
 *
 *     [{"file": "vae.ae", "line": 19, "column": 22, "end_line": 19, "end_column": 23,
 *       "severity": "error", "message": "this adds [20] to [784]", "help": "", "notes": []}]
 *
 * Lines and columns count from 1; the end is the column after the last character.  Lines of help
 * are joined by newlines; notes are the marks, then the notes, with places of their own.
 */
#include "base/json.h"
#include "support/diag_messages.h"

static void put(AertJson *json, const char *key, int value) {
    aert_json_count(json, key, (uint64_t)value);
}

static void put_place(AertJson *json, const Diag *diag, Loc loc) {
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
    aert_json_string(json, "file", source ? source->name : "");
    put(json, "line", line);
    put(json, "column", column);
    put(json, "end_line", end_line);
    put(json, "end_column", end_column);
}

static void put_remarks(AertJson *json, const Diag *diag, const Remark *remarks, int count) {
    for (int i = 0; i < count; i++) {
        aert_json_object(json, NULL);
        put_place(json, diag, remarks[i].loc);
        aert_json_string(json, "message", remarks[i].text);
        aert_json_end(json);
    }
}

static void put_message(AertJson *json, const Diag *diag, const Message *message) {
    aert_json_object(json, NULL);
    put_place(json, diag, message->loc);
    aert_json_string(json, "severity", message->warning ? "warning" : "error");
    aert_json_string(json, "message", message->text);
    const char *help = "";
    for (int i = 0; i < message->help.count; i++)
        help = arena_printf(diag->arena, "%s%s%s", help, i ? "\n" : "", message->help.at[i]);
    aert_json_string(json, "help", help);
    aert_json_list(json, "notes");
    put_remarks(json, diag, message->marks.at, message->marks.count);
    put_remarks(json, diag, message->notes.at, message->notes.count);
    aert_json_end(json);
    aert_json_end(json);
}

void diag_print_json(Diag *diag, FILE *out) {
    int count;
    AertJson json = {.to = out, .lines = true};
    diag_sort(diag, &count);
    aert_json_list(&json, NULL);
    for (int i = 0; i < count; i++)
        put_message(&json, diag, diag->messages.at[i]);
    aert_json_end(&json);
    diag->messages.count = 0;
}
