/* Format: see format.h.
 *
 * A program in C is made of some hundred thousand short pieces, and for most of them stdio takes
 * longer to get ready than to print.  %s, %.*s, %*s, %d, %ld, %zu and %c are printed here; a text
 * with any other directive is left to vsnprintf() as a whole.
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

/* The digits of a number, and before them the sign. */
static size_t format_digits(char *to, size_t number, bool negative) {
    size_t length = negative;
    for (size_t rest = number; length++, rest >= 10; rest /= 10)
        continue;
    for (char *at = to + length; at > to + negative; number /= 10)
        *--at = (char)('0' + number % 10);
    if (negative)
        *to = '-';
    return length;
}

size_t format_long(char *to, long number) {
    return format_digits(to, number < 0 ? 0 - (size_t)number : (size_t)number, number < 0);
}

static void add_number(Output *out, long number) {
    char digits[FORMAT_DIGITS];
    add(out, digits, format_long(digits, number));
}

static void add_size(Output *out, size_t number) {
    char digits[FORMAT_DIGITS];
    add(out, digits, format_digits(digits, number, false));
}

/* Adds what comes before the next directive, mostly a few bytes; returns where that is, or the end.
 */
static const char *add_plain(Output *out, const char *format) {
    for (; *format && *format != '%'; format++, out->length++)
        if (out->length < out->room)
            out->at[out->length] = *format;
    return format;
}

static void add_text(Output *out, const char *text, size_t length, int width) {
    for (; width > 0 && (size_t)width > length; width--)
        add(out, " ", 1);
    add(out, text, length);
}

/* Adds what a directive says; returns what is behind it, or NULL where it is none of these. */
static const char *print_directive(Output *out, const char *format, va_list *list) {
    const char *text;
    int number;
    char byte;
    switch (*format) {
    case 's':
        text = va_arg(*list, const char *);
        add(out, text, strlen(text));
        return format + 1;
    case 'c':
        byte = (char)va_arg(*list, int);
        add(out, &byte, 1);
        return format + 1;
    case 'd':
        add_number(out, va_arg(*list, int));
        return format + 1;
    case 'l':
        if (format[1] != 'd')
            return NULL;
        add_number(out, va_arg(*list, long));
        return format + 2;
    case 'z':
        if (format[1] != 'u')
            return NULL;
        add_size(out, va_arg(*list, size_t));
        return format + 2;
    case '*':
        number = va_arg(*list, int);
        if (format[1] != 's' || number < 0)
            return NULL;
        text = va_arg(*list, const char *);
        add_text(out, text, strlen(text), number);
        return format + 2;
    case '.':
        if (format[1] != '*' || format[2] != 's' || (number = va_arg(*list, int)) < 0)
            return NULL;
        text = va_arg(*list, const char *);
        add(out, text, strnlen(text, (size_t)number));
        return format + 3;
    default:
        return NULL;
    }
}

/* False where a directive is none of these; what has been added then counts for nothing. */
static bool print_plain(Output *out, const char *format, va_list *list) {
    while (format) {
        format = add_plain(out, format);
        if (!*format)
            break;
        format = print_directive(out, format + 1, list);
    }
    if (format && out->room > 0)
        out->at[out->length < out->room ? out->length : out->room - 1] = 0;
    return format;
}

size_t format_text(char *to, size_t room, const char *format, va_list list) {
    Output out = {.at = to, .room = room};
    va_list once;
    va_copy(once, list);
    int length = 0;
    bool plain = print_plain(&out, format, &once);
    va_end(once);
    if (!plain)
        length = vsnprintf(to, room, format, list);
    if (length < 0)
        die("bad format: %s", format);
    return plain ? out.length : (size_t)length;
}
