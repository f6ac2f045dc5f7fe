/* error: how every library function of the runtime says what went wrong.
 *
 * A function that can fail takes an AertError as its last argument and returns bool: true for
 * success; on false the error holds one line that says what was found and what was wanted, with the
 * file's name where there is one.  Nothing is printed and nothing exits here: that is for the
 * command line.
 *
 *     AertError error;
 *     if (!aert_data_open(&data, path, &model->input[0], &error))
 *         fprintf(stderr, "%s\n", error.text);
 *
 *     t10k.gz: truncated: found 7840016 bytes, wanted 47040016
 */
#ifndef AERT_ERROR_H
#define AERT_ERROR_H

#include <stdbool.h>
#include <stddef.h>

typedef struct AertError {
    char text[1024]; /* one line, no newline, always terminated; longer messages are cut */
} AertError;

/* Formats the message as printf does and returns false, so that `return aert_fail(error, …);` reads
 * well. Control characters that come from file names or file contents are written out (visible.h).
 */
bool aert_fail(AertError *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As aert_fail, for a system call that failed on `path`: "runs/last.safetensors: cannot write: No
 * space left on device". `doing` is "write", "open" …; the reason is taken from `code`, an errno
 * value. */
bool aert_fail_system(AertError *error, const char *path, const char *doing, int code);

/* Zeroed memory for count things of `size` bytes, aligned to 64 bytes; NULL and "out of memory: N
 * bytes for WHAT" when there is none or when the product overflows.  Zero things give a valid
 * pointer.  Release it with free(). */
void *aert_allocate(size_t count, size_t size, const char *what, AertError *error);

/* Gives the memory that `pointer`, the address of a pointer, leads to so many bytes, at least 1,
 * instead of those that it has; where there are none it stays as it is. */
bool aert_grow(void *pointer, size_t bytes, const char *what, AertError *error);

/* A copy of a text, to be freed. */
char *aert_copy(const char *text, const char *what, AertError *error);

#endif
