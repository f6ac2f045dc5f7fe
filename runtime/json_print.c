/* Values of a JSON text, printed to standard output.
 *
 * Its one idea: commands print the braces and commas themselves; only strings and numbers need
 * care.
 *
 * Example: json_print_string("a\"b") prints "a\"b" with its quotes; json_print_number(NAN) prints
 * null.
 */
#include "json_print.h"
#include "metrics.h"

#include <math.h>
#include <stdio.h>

void json_print_string(const char *text) {
    putchar('"');
    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20)
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

void json_print_number(double value) {
    char text[32];
    if (fabs(value) < 1e15 && value == floor(value))
        printf("%.0f", value);
    else
        printf("%s", isfinite(value) ? aert_number_text(value, text) : "null");
}
