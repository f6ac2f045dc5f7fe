/* Format: what vsnprintf() does, soon for the few directives that most texts are made of. */
#ifndef AECC_FORMAT_H
#define AECC_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* As vsnprintf(): fills in at most `room` bytes with the 0, returns the length that the whole text
 * takes.  Dies where the format is none. */
size_t format_text(char *to, size_t room, const char *format, va_list list)
    __attribute__((format(printf, 3, 0)));

/* The number in decimal, without a 0 behind it; returns its length, FORMAT_DIGITS at most. */
enum { FORMAT_DIGITS = 24 };
size_t format_long(char *to, long number);

#endif
