/* error: one line of text that says what went wrong; and memory that says when there is none. */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool aert_fail(AertError *error, const char *format, ...) {
    va_list list;
    va_start(list, format);
    int length = vsnprintf(error->text, sizeof error->text, format, list);
    va_end(list);
    if (length < 0)
        strcpy(error->text, "an error whose message cannot be shown");
    for (char *c = error->text; *c; c++) /* names come from users and from files */
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = '?';
    return false;
}

bool aert_fail_system(AertError *error, const char *path, const char *doing, int code) {
    if (code == EISDIR)
        return aert_fail(error, "%s: is a folder, wanted a file", path);
    return aert_fail(error, "%s: cannot %s: %s", path, doing, strerror(code));
}

void *aert_allocate(size_t count, size_t size, const char *what, AertError *error) {
    enum { ALIGNMENT = 64 };
    if (size && count > (SIZE_MAX - ALIGNMENT) / size) {
        aert_fail(error, "out of memory: %zu times %zu bytes for %s", count, size, what);
        return NULL;
    }
    size_t bytes = (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (bytes == 0)
        bytes = ALIGNMENT;
    void *memory = bytes > PTRDIFF_MAX ? NULL : aligned_alloc(ALIGNMENT, bytes);
    if (!memory) {
        aert_fail(error, "out of memory: %zu bytes for %s", bytes, what);
        return NULL;
    }
    return memset(memory, 0, bytes);
}
