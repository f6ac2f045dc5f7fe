/* Text as it may be shown: a terminal obeys control characters, so they are written out.
 *
 *     model<ESC>[2J.ae   →   model\x1b[2J.ae
 *
 * Written out are the control characters below U+0020 and from U+007F to U+009F, those of Unicode
 * that turn or hide what stands beside them, and bytes that are no UTF-8.
 */
#ifndef AECC_VISIBLE_H
#define AECC_VISIBLE_H

#include "support/arena.h"

#include <stdbool.h>

enum { VISIBLE_ROOM = 8 };

/* Length in bytes of the character at `text`, at most `left` of them; its code, or -1, of length 1,
 * for a byte that belongs to none. */
int visible_decode(const char *text, int left, int *code);

/* What stands for the character at `text` with that code, "\x1b" or "\u202e", in `escape`; false
 * where it is shown as it is. */
bool visible_escape(const char *text, int code, char escape[VISIBLE_ROOM]);

/* The whole text so, the ends of lines and tabs too. */
const char *visible_text(Arena *arena, const char *text);

#endif
