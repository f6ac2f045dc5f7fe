/* Values of a JSON text, printed to standard output.
 *
 * Its one idea: commands print the braces and commas themselves; only strings and numbers need
 * care.
 *
 * Example: json_print_string("a\"b") prints "a\"b" with its quotes; json_print_number(NAN) prints
 * null.
 */
#include "json_print.h"
#include "base/base.h"

#include <math.h>
#include <stdio.h>

void json_print_string(const char *text) {
    putchar('"');
    for (int code, length; *text; text += length) {
        char escape[AERT_VISIBLE_ROOM];
        length = aert_character(text, &code);
        if (code == '"' || code == '\\')
            printf("\\%c", code);
        else if (!aert_visible_character(text, code, escape))
            printf("%.*s", length, text);
        else if (code >= 0)
            printf("\\u%04x", (unsigned)code);
        else /* a byte that is no UTF-8, which JSON cannot hold: \\xNN as text */
            printf("\\%s", escape);
    }
    putchar('"');
}

void json_print_number(double value) {
    char text[AERT_NUMBER];
    printf("%s", isfinite(value) ? aert_number_text(value, text) : "null");
}
