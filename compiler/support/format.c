/* Format: see format.h.
 *
 * A program in C is made of some hundred thousand short pieces, and for most of them stdio takes
 * longer to get ready than to print.  %s, %d, %ld and %c are printed here; a text with any other
 * directive is left to vsnprintf() as a whole.
 */
#include "support/format.h"
#include "support/die.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef struct Output {
    char *at;
    size_t room, length; /* length: of all that was to be added */
} Output;

static void add(Output *out, const char *bytes, size_t length) {
    if (out->length < out->room) {
        size_t left = out->room - out->length;
        memcpy(out->at + out->length, bytes, length < left ? length : left);
    }
    out->length += length;
}

static void add_number(Output *out, long number) {
    char digits[24], *at = digits + sizeof digits;
    unsigned long rest = number < 0 ? 0ul - (unsigned long)number : (unsigned long)number;
    do
        *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0)
        *--at = '-';
    add(out, at, (size_t)(digits + sizeof digits - at));
}

/* False where a directive is none of these; what has been added then counts for nothing. */
static bool print_plain(Output *out, const char *format, va_list list) {
    for (;;) {
        const char *from = format;
        while (*format && *format != '%')
            format++;
        add(out, from, (size_t)(format - from));
        if (!*format)
            break;
        const char *text;
        char byte;
        switch (format[1]) {
        case 's':
            text = va_arg(list, const char *);
            add(out, text, strlen(text));
            break;
        case 'c':
            byte = (char)va_arg(list, int);
            add(out, &byte, 1);
            break;
        case 'd':
            add_number(out, va_arg(list, int));
            break;
        case 'l':
            if (format[2] != 'd')
                return false;
            add_number(out, va_arg(list, long));
            format++;
            break;
        default:
            return false;
        }
        format += 2;
    }
    if (out->room > 0)
        out->at[out->length < out->room ? out->length : out->room - 1] = 0;
    return true;
}

size_t format_text(char *to, size_t room, const char *format, va_list list) {
    Output out = {.at = to, .room = room};
    va_list again;
    va_copy(again, list);
    int length = 0;
    bool plain = print_plain(&out, format, list);
    if (!plain)
        length = vsnprintf(to, room, format, again);
    va_end(again);
    if (length < 0)
        die("bad format: %s", format);
    return plain ? out.length : (size_t)length;
}
