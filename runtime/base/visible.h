/* visible: text as it may be shown: a terminal obeys control characters, so they are written out.
 *
 *     data<ESC>[2J.csv   ->   data\x1b[2J.csv
 *
 * Written out are the control characters below U+0020 and from U+007F to U+009F, those of Unicode
 * that turn or hide what stands beside them, and bytes that are no UTF-8.
 */
#ifndef AERT_VISIBLE_H
#define AERT_VISIBLE_H

#include <stdbool.h>
#include <stddef.h>

enum { AERT_VISIBLE_ROOM = 8, AERT_SHOWN = 1024 };

/* Length in bytes of the character at `text`, which is not its end; its code, or -1, of length 1,
 * for a byte that belongs to none. */
int aert_character(const char *text, int *code);

/* What stands for the character at `text` with that code, "\x1b" or "\u202e"; false where it is
 * shown as it is. */
bool aert_visible_character(const char *text, int code, char escape[AERT_VISIBLE_ROOM]);

/* A text in a call of printf. */
#define AERT_SHOW(text) aert_visible(text, (char[AERT_SHOWN]){""}, AERT_SHOWN)

/* The whole text so, the ends of lines and tabs too, in `out`, cut to fit.  Returns `out`. */
const char *aert_visible(const char *text, char *out, size_t size);

#endif
