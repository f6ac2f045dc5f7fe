/* table_note: what is told of how a table was read: what was guessed, in the words of --csv, and
 * the rest. */
#include "table_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void add(char *text, size_t size, const char *between, const char *format,
                va_list arguments) {
    size_t used = strlen(text);
    if (used)
        used += (size_t)snprintf(text + used, size - used, "%s", between);
    if (used < size)
        vsnprintf(text + used, size - used, format, arguments);
}

void aert_table_guessed(AertTable *table, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    add(table->guessed, sizeof table->guessed, ",", format, arguments);
    va_end(arguments);
}

void aert_table_tell(AertTable *table, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    add(table->told, sizeof table->told, "; ", format, arguments);
    va_end(arguments);
}

const char *aert_table_note(const AertTable *table, char *text, size_t size) {
    const char *between = *table->guessed && *table->told ? "; " : "";
    if (!*table->guessed && !*table->told)
        return NULL;
    if (*table->guessed)
        snprintf(text, size, "%s: taken for --csv %s, which can say it otherwise%s%s", table->name,
                 table->guessed, between, table->told);
    else
        snprintf(text, size, "%s: %s", table->name, table->told);
    return text;
}
