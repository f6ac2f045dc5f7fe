/* error: one line of text that says what went wrong; and memory that says when there is none. */
#define _GNU_SOURCE /* madvise */
#include "error.h"
#include "visible.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

bool aert_fail(AertError *error, const char *format, ...) {
    va_list list;
    va_start(list, format);
    char text[sizeof error->text];
    int length = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (length < 0)
        strcpy(text, "an error whose message cannot be shown");
    aert_visible(text, error->text, sizeof error->text); /* names come from users and from files */
    return false;
}

bool aert_fail_system(AertError *error, const char *path, const char *doing, int code) {
    if (code == EISDIR)
        return aert_fail(error, "%s: is a folder, wanted a file", path);
    return aert_fail(error, "%s: cannot %s: %s", path, doing, strerror(code));
}

void *aert_allocate(size_t count, size_t size, const char *what, AertError *error) {
    const size_t line = 64, huge = (size_t)1 << 21;
    if (size && count > (SIZE_MAX - huge) / size) {
        aert_fail(error, "out of memory: %zu times %zu bytes for %s", count, size, what);
        return NULL;
    }
    size_t wanted = count * size, unit = wanted < huge ? line : huge;
    size_t bytes = wanted ? (wanted + unit - 1) / unit * unit : unit;
    void *memory = bytes > PTRDIFF_MAX ? NULL : aligned_alloc(unit, bytes);
    if (!memory) {
        aert_fail(error, "out of memory: %zu bytes for %s", wanted, what);
        return NULL;
    }
    /* Matrices are read by columns of a few lines, each row on a page of its own: with small pages
     * that is a miss of the translation cache a row. */
    if (unit == huge)
        madvise(memory, bytes, MADV_HUGEPAGE);
    return memset(memory, 0, bytes);
}

bool aert_grow(void *pointer, size_t bytes, const char *what, AertError *error) {
    void *memory;
    memcpy(&memory, pointer, sizeof memory);
    memory = realloc(memory, bytes);
    if (!memory)
        return aert_fail(error, "out of memory: %zu bytes for %s", bytes, what);
    memcpy(pointer, &memory, sizeof memory);
    return true;
}

char *aert_copy(const char *text, const char *what, AertError *error) {
    size_t size = strlen(text) + 1;
    char *copy = aert_allocate(size, 1, what, error);
    return copy ? memcpy(copy, text, size) : NULL;
}
