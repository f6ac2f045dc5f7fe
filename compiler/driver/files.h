/* Files that the compiler writes, and the C compiler that it calls. */
#ifndef AECC_FILES_H
#define AECC_FILES_H

#include "support/text.h"

/* May the output be written to `path`? Otherwise tells why: it is the model, or a
 * folder, or lies in none. */
bool output_allowed(const char *path, const char *model, Arena *arena);

/* Writes `text` to `path`, whole or not at all. False after a message on stderr. */
bool file_write(const char *path, const char *text, size_t length, Arena *arena);

/* Compiles and links C source into the program `path`, with the headers and the library beside
 * aecc. */
bool program_build(const char *path, const char *source, size_t length, Arena *arena);

#endif
