/* What a target of the fuzzers is: a function that takes any bytes and must survive them, and the
 * words of its format, which mutations put in.
 *
 * The same file becomes a program of libFuzzer (scripts/fuzz), or of replay.c, which feeds it the
 * corpus and a fixed series of mutations: the default tests.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const char *const fuzz_words[]; /* ended by NULL */

/* What must hold whatever the bytes are. */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);         \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* For targets that read files: the bytes as a file of memory, written anew by each call; its name.
 */
const char *fuzz_file(const uint8_t *data, size_t size);
/* The same of a file of safetensors, whose checksum, where there is one, is made right. */
const char *fuzz_checked(const uint8_t *data, size_t size);
/* A file of that name in a folder that lasts as long as the program; the folder's name. */
const char *fuzz_folder(const char *name, const uint8_t *data, size_t size);

#endif
