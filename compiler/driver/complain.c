/* One line on standard error, see complain.h. */
#include "driver/complain.h"
#include "support/text.h"

#include <stdio.h>

bool complain(Arena *arena, const char *format, ...) {
    va_list list;
    va_start(list, format);
    fprintf(stderr, "aecc: %s\n", text_visible(arena, arena_vprintf(arena, format, list)));
    va_end(list);
    return false;
}
