/* Text: interned names and growing buffers. */
#ifndef AECC_TEXT_H
#define AECC_TEXT_H

#include "support/arena.h"

/* Limits that the runtime has as well (abi.def).  MAX_NAME: bytes of a name, and of a path of names
 * such as encoder.dense_1.W; the programs' buffers hold it with what they put before and after. */
enum {
#define ABI_LIMIT(NAME, most) NAME = most,
#include "abi.def"
};

#include <stdbool.h>
#include <stdio.h>

/* Names.  Two equal names interned in one table are one pointer: compare with ==. */
typedef struct Names Names;
Names *names_open(Arena *arena);
const char *names_intern(Names *names, const char *text, size_t length);
const char *names_of(Names *names, const char *text); /* the same for a C string */
/* How many other names were interned before this one, which is interned now if it was not. */
int names_number(Names *names, const char *text, size_t length);
int names_count(const Names *names);

/* A growing text. */
typedef struct Text {
    Arena *arena;
    char *at; /* always ends in 0 */
    size_t length, room;
} Text;
void text_open(Text *text, Arena *arena);
void text_add(Text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(Text *text, const char *bytes, size_t length);
void text_add_word(Text *text, const char *word); /* as it is, whatever signs it has */
void text_add_number(Text *text, long number);

/* "models/vae.ae" -> "vae.ae" */
const char *text_base_name(const char *path);

/* The whole file as a 0-terminated text in `arena`; NULL with errno where it cannot be read.
 * A CR that no newline follows is read as a newline.
 * `limit` is the largest size in bytes that is accepted (errno EFBIG beyond it); a folder is none
 * (EISDIR), nor is a pipe or a device (ENODEV). */
char *text_read_file(Arena *arena, const char *path, size_t limit, size_t *length);

/* As it may be shown: with control characters written out, the ends of lines and tabs too, as the
 * programs show it (runtime/base/visible.h). */
const char *text_visible(Arena *arena, const char *text);

const char *text_long(Arena *arena, long number); /* "-12" */
/* The shortest decimal that reads back as the same double: "0.1", "1e-08", "3". */
const char *text_number(Arena *arena, double value);

/* The candidate that was probably meant by `name`, or NULL: as the programs find it
 * (runtime/base/nearest.h). */
const char *text_nearest(const char *name, const char *const *candidates, int count);

#endif
