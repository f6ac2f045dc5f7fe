/* table_text: the bytes of a file as UTF-8 text, whatever they are written in.
 *
 *     ff fe 61 00 2c 00   UTF-16 by its mark    ->  a,
 *     c4 2c               no UTF-8              ->  Ä,   taken for Windows-1252
 *
 * A mark at the beginning tells the encoding; UTF-16 without one is told by every other byte of its
 * beginning being 0.  What is no UTF-8 otherwise is taken for Windows-1252, which has ISO 8859-1 in
 * it: its letters stand in names and words only, so that numbers are right in any case.
 */
#include "table_parts.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { BEGINNING = 4096, FIRST_ROOM = 1 << 16, DOS_END = 0x1a };

typedef struct Encoding {
    const char *name; /* as iconv has it */
    size_t mark;      /* bytes before the text */
} Encoding;

/* UTF-16 without a mark, at least two letters of it: which of two bytes is always 0? */
static const char *wide(const unsigned char *data, size_t size) {
    bool zero[2] = {true, true}, letter[2] = {true, true};
    if (size < 4 || size % 2)
        return NULL;
    for (size_t i = 0; i < size && i < 64; i++) {
        zero[i % 2] = zero[i % 2] && data[i] == 0;
        letter[i % 2] = letter[i % 2] && (data[i] >= ' ' || (data[i] && strchr("\t\r\n", data[i])));
    }
    return zero[1] && letter[0] ? "UTF-16LE" : zero[0] && letter[1] ? "UTF-16BE" : NULL;
}

static Encoding by_mark(const unsigned char *data, size_t size) {
    static const struct {
        const char *bytes;
        size_t length;
        const char *name;
    } marks[] = {{"\xef\xbb\xbf", 3, "UTF-8"},
                 {"\xff\xfe\0\0", 4, "UTF-32LE"},
                 {"\0\0\xfe\xff", 4, "UTF-32BE"},
                 {"\xff\xfe", 2, "UTF-16LE"},
                 {"\xfe\xff", 2, "UTF-16BE"}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (size >= marks[i].length && memcmp(data, marks[i].bytes, marks[i].length) == 0)
            return (Encoding){marks[i].name, marks[i].length};
    return (Encoding){wide(data, size), 0};
}

bool aert_text_marked(const AertBytes *bytes) {
    return by_mark(bytes->data, bytes->size).name != NULL;
}

/* Control characters, such as the name of a folder may hold, stand in quotes only. */
size_t aert_text_until(const unsigned char *data, size_t size) {
    bool inside = false, plain = true;
    size_t i = 0;
    if (by_mark(data, size).name)
        return size;
    /* no text begins with a control character, or with what is one in most encodings */
    if (size == 0 || (data[0] >= 128 && data[0] <= 160))
        return 0;
    while (i < size && i < BEGINNING && plain) {
        bool last = i + 1 == size && data[i] == DOS_END;
        inside ^= data[i] == '"';
        plain = last || (data[i] != 0 &&
                         (inside || (data[i] != 127 &&
                                     (data[i] >= ' ' || memchr("\t\r\n\f", data[i], 4) != NULL))));
        i += plain;
    }
    return plain ? size : i;
}

bool aert_text_is(const unsigned char *data, size_t size) {
    return size > 0 && aert_text_until(data, size) == size;
}

/* Where the bytes are no UTF-8, or NULL.  Overlong forms and surrogates are none. */
static const unsigned char *first_wrong(const unsigned char *p, const unsigned char *end) {
    while (p < end) {
        if (*p < 0x80) {
            p++;
            continue;
        }
        int more = *p >= 0xf0 ? 3 : *p >= 0xe0 ? 2 : 1;
        if (*p < 0xc2 || *p > 0xf4 || end - p <= more)
            return p;
        unsigned char least = *p == 0xe0 ? 0xa0 : *p == 0xf0 ? 0x90 : 0x80;
        unsigned char most = *p == 0xed ? 0x9f : *p == 0xf4 ? 0x8f : 0xbf;
        if (p[1] < least || p[1] > most)
            return p;
        for (int i = 2; i <= more; i++)
            if ((p[i] & 0xc0) != 0x80)
                return p;
        p += 1 + more;
    }
    return NULL;
}

/* Makes UTF-8 of the bytes, in memory that grows with what there is of it. */
static bool convert(AertTable *table, const char *from, const unsigned char *data, size_t size,
                    AertError *error) {
    iconv_t conversion = iconv_open("UTF-8", from);
    if (conversion == (iconv_t)-1)
        return aert_fail(error, "%s: the encoding '%s' is not known here (iconv --list has all)",
                         table->name, from);
    char *in = (char *)(uintptr_t)data, *out = NULL;
    size_t left = size, room = 0, used = 0;
    bool fine = true;
    while (fine && (left > 0 || !out)) {
        if (room - used < 8) {
            room = room ? 2 * room : FIRST_ROOM;
            fine = aert_grow(&table->converted, room, table->name, error);
            if (!fine)
                break;
        }
        out = table->converted + used;
        size_t free_bytes = room - used;
        fine = iconv(conversion, &in, &left, &out, &free_bytes) != (size_t)-1 || errno == E2BIG;
        used = room - free_bytes;
        if (!fine)
            aert_fail(error, "%s: is no %s from byte %zu on; --csv encoding=NAME says what it is",
                      table->name, from, size - left);
    }
    iconv_close(conversion);
    table->text = table->converted;
    table->size = used;
    return fine;
}

char aert_line_end(const char *text, size_t size) {
    bool old = size && !memchr(text, '\n', size) && memchr(text, '\r', size);
    return old ? '\r' : '\n';
}

bool aert_text_open(AertTable *table, const AertBytes *bytes, AertError *error) {
    const unsigned char *data = bytes->data;
    Encoding marked = by_mark(data, bytes->size);
    char *given = table->csv.encoding;
    const char *encoding = *given ? given : marked.name;
    data += marked.mark;
    size_t size = bytes->size - marked.mark;
    bool guessed = !*given;
    if (!encoding) {
        const unsigned char *wrong = first_wrong(data, data + size);
        /* a byte 0 is no letter of any encoding of single bytes, and told below */
        encoding = wrong && !memchr(data, 0, size) ? "WINDOWS-1252" : "UTF-8";
    }
    bool utf8 = strncasecmp(encoding, "UTF-8", 6) == 0 || strncasecmp(encoding, "UTF8", 5) == 0;
    if (guessed && !utf8)
        aert_table_guessed(table, "encoding=%s", encoding);
    table->text = (const char *)data;
    table->size = size;
    if (!utf8 && !convert(table, encoding, data, size, error))
        return false;
    if (table->size && memchr(table->text, 0, table->size)) /* it would end a text within it */
        return aert_fail(error, "%s: holds a byte 0 and is no text", table->name);
    if (table->size && table->text[table->size - 1] == DOS_END)
        table->size--;
    return true;
}
