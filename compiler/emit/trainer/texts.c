/* Names and formulas, each once, by number.  Of a name what stands before its last . or : is a text
 * of its own, since many names begin alike:
 *
 *     static const char texts[] = "encoder.\0dense_1.\0W\0b\0";      encoder.dense_1.W is number 2
 *     static const uint8_t before[] = {0, 1, 2, 2};
 */
#include "emit/trainer/trainer.h"

#include <string.h>

/* The text of so many bytes, which is added where it is not known. */
static int add(Texts *texts, const char *text, size_t length, size_t own, int before) {
    int number = names_number(texts->names, text, length);
    if (number == texts->at.count) {
        OneText one = {arena_copy(texts->arena, text + length - own, own), before};
        list_add(texts->arena, &texts->at, one);
        texts->bytes += length + 1;
    }
    return number;
}

static int name_of(Texts *texts, const char *name, size_t length) {
    size_t own = 1;
    while (own < length && name[length - own - 1] != '.' && name[length - own - 1] != ':')
        own++;
    int before = own >= length ? 0 : 1 + name_of(texts, name, length - own);
    return add(texts, name, length, own < length ? own : length, before);
}

Texts texts_open(Arena *arena) {
    return (Texts){.arena = arena, .names = names_open(arena)};
}

int texts_name(Texts *texts, const char *name) {
    return name_of(texts, name, strlen(name));
}

int texts_form(Texts *texts, const char *form) {
    return add(texts, form, strlen(form), strlen(form), 0);
}

void texts_write(Writer *w, const Texts *texts) {
    Arena *arena = cw_scratch(w);
    cw_line(w, "static const char texts[] =");
    for (int i = 0; i < texts->at.count; i++) {
        cw_line(w, "    %s \"\\0\" /* %d */", c_string(arena, texts->at.at[i].own), i);
        cw_clear(w);
    }
    cw_line(w, "    \"\";");
    cw_line(w, "static const uint8_t before[] = {");
    for (int i = 0; i < texts->at.count; i++) {
        cw_line(w, "    %s, /* %d */", rows_number(arena, texts->at.at[i].before), i);
        cw_clear(w);
    }
    cw_line(w, "    0};");
}
