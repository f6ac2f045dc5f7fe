/* json: see json.h. */
#include "json.h"

#include "number.h"
#include "visible.h"

#include <inttypes.h>
#include <math.h>

static void print_text(FILE *to, const char *text) {
    fputc('"', to);
    for (int code, length; *text; text += length) {
        char escape[AERT_VISIBLE_ROOM];
        length = aert_character(text, &code);
        if (code == '"' || code == '\\')
            fprintf(to, "\\%c", code);
        else if (code == '\n')
            fputs("\\n", to);
        else if (!aert_visible_character(text, code, escape))
            fprintf(to, "%.*s", length, text);
        else if (code >= 0)
            fprintf(to, "\\u%04x", (unsigned)code);
        else
            fprintf(to, "\\%s", escape);
    }
    fputc('"', to);
}

/* What stands before a value. */
static void begin(AertJson *json, const char *key) {
    if (json->behind)
        fputs(json->tight ? "," : json->lines && json->depth == 1 ? ",\n " : ", ", json->to);
    json->behind = true;
    if (key) {
        print_text(json->to, key);
        fputs(json->tight ? ":" : ": ", json->to);
    }
}

static void open_braces(AertJson *json, const char *key, bool list) {
    begin(json, key);
    json->behind = false;
    json->lists = (json->lists & ~(1u << json->depth)) | (uint32_t)list << json->depth;
    json->depth++;
    fputc(list ? '[' : '{', json->to);
}

void aert_json_object(AertJson *json, const char *key) {
    open_braces(json, key, false);
}

void aert_json_list(AertJson *json, const char *key) {
    open_braces(json, key, true);
}

void aert_json_end(AertJson *json) {
    json->behind = true;
    fputc(json->lists >> --json->depth & 1 ? ']' : '}', json->to);
    if (json->depth == 0 && !json->tight)
        fputc('\n', json->to);
}

void aert_json_string(AertJson *json, const char *key, const char *text) {
    begin(json, key);
    print_text(json->to, text);
}

void aert_json_number(AertJson *json, const char *key, double value) {
    char text[AERT_NUMBER];
    begin(json, key);
    fputs(isfinite(value) ? aert_number_text(value, text) : "null", json->to);
    if (value == 0 && signbit(value))
        fputs(".0", json->to); /* -0 is read as a whole number, which has no sign */
}

void aert_json_count(AertJson *json, const char *key, uint64_t value) {
    begin(json, key);
    fprintf(json->to, "%" PRIu64, value);
}
