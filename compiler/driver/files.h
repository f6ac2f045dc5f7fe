/* Files that the compiler writes, and the C compiler that it calls. */
#ifndef AECC_FILES_H
#define AECC_FILES_H

#include "support/text.h"

/* May what `option` names be written to `path`? Otherwise tells why: it is the model, or a
 * folder, or lies in none. */
bool output_allowed(const char *option, const char *path, const char *model, Arena *arena);

/* Do two paths name one file, whether it is there or not? Links to folders are not followed for one
 * that is not. */
bool same_file(const char *a, const char *b);

/* Writes `text` to `path`, whole or not at all. False after a message on stderr. */
bool file_write(const char *path, const char *text, size_t length, Arena *arena);

/* Compiles and links C source into the program `path` for the processor `march`, with the headers
 * and the library beside aecc. */
bool program_build(const char *path, const char *march, const char *source, size_t length,
                   Arena *arena);

#endif
