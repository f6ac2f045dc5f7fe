/* Text: interned names, growing buffers, numbers and files as text, text as it may be shown, and
 * the nearest name.
 *
 * A Names table is open addressing; it doubles when half full.  Equal names are one pointer
 * afterwards:  names_of(names, "mu") == names_intern(names, "mu + 1", 2).
 */
#include "support/text.h"
#include "support/format.h"
#include "base/nearest.h"
#include "base/visible.h"

#include <errno.h>
#include <fcntl.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- names ---- */

typedef struct Name {
    const char *text; /* NULL: the slot is free */
    uint32_t hash, length;
    int number; /* of those interned before it */
} Name;

struct Names {
    Arena *arena;
    Name *slot; /* `room` of them, a power of two */
    size_t count, room;
};

Names *names_open(Arena *arena) {
    Names *names = NEW(arena, Names);
    names->arena = arena;
    names->room = 16;
    names->slot = NEW_ARRAY(arena, Name, names->room);
    return names;
}

/* Eight bytes at a time. */
static uint32_t hash(const char *text, size_t length) {
    uint64_t value = length, part, rest = 0;
    for (; length >= sizeof part; text += sizeof part, length -= sizeof part) {
        memcpy(&part, text, sizeof part);
        value = (value ^ part) * 0x9e3779b97f4a7c15u;
        value ^= value >> 29;
    }
    while (length > 0)
        rest = rest << 8 | (unsigned char)text[--length];
    value = (value ^ rest) * 0x9e3779b97f4a7c15u;
    return (uint32_t)(value ^ value >> 29);
}

/* Where the name is, or the free slot where it belongs. */
static Name *find_slot(const Names *names, uint32_t hash, const char *text, size_t length) {
    for (size_t i = hash & (names->room - 1);; i = (i + 1) & (names->room - 1)) {
        Name *name = &names->slot[i];
        if (!name->text ||
            (name->hash == hash && name->length == length && memcmp(name->text, text, length) == 0))
            return name;
    }
}

static void grow_names(Names *names) {
    Names old = *names;
    names->room *= 2;
    names->slot = NEW_ARRAY(names->arena, Name, names->room);
    for (size_t i = 0; i < old.room; i++)
        if (old.slot[i].text)
            *find_slot(names, old.slot[i].hash, old.slot[i].text, old.slot[i].length) = old.slot[i];
}

static Name intern(Names *names, const char *text, size_t length) {
    uint32_t code = hash(text, length);
    Name *slot = find_slot(names, code, text, length);
    if (slot->text)
        return *slot;
    Name name = {arena_copy(names->arena, text, length), code, (uint32_t)length, (int)names->count};
    *slot = name;
    if (++names->count * 2 > names->room)
        grow_names(names);
    return name;
}

const char *names_intern(Names *names, const char *text, size_t length) {
    return intern(names, text, length).text;
}

int names_number(Names *names, const char *text, size_t length) {
    return intern(names, text, length).number;
}

int names_count(const Names *names) {
    return (int)names->count;
}

const char *names_of(Names *names, const char *text) {
    return names_intern(names, text, strlen(text));
}

/* ---- growing text ---- */

void text_open(Text *text, Arena *arena) {
    *text = (Text){.arena = arena, .room = 64};
    text->at = arena_alloc(arena, text->room);
}

/* Makes room for `more` bytes and the 0 after them. */
static void reserve(Text *text, size_t more) {
    size_t need = text->length + more + 1;
    if (need <= text->room)
        return;
    size_t room = text->room;
    while (text->room < need)
        text->room *= 2;
    text->at = arena_extend(text->arena, text->at, room, text->room - room);
}

void text_add_bytes(Text *text, const char *bytes, size_t length) {
    reserve(text, length);
    if (length)
        memcpy(text->at + text->length, bytes, length);
    text->length += length;
    text->at[text->length] = 0;
}

void text_add_word(Text *text, const char *word) {
    text_add_bytes(text, word, strlen(word));
}

void text_add_number(Text *text, long number) {
    char digits[FORMAT_DIGITS];
    text_add_bytes(text, digits, format_long(digits, number));
}

/* Prints into the room that there is; returns the length that it takes. */
static size_t print_end(Text *text, const char *format, va_list list) {
    return format_text(text->at + text->length, text->room - text->length, format, list);
}

void text_add(Text *text, const char *format, ...) {
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    size_t length = print_end(text, format, list);
    if (text->length + length >= text->room) {
        reserve(text, length);
        print_end(text, format, again);
    }
    va_end(again);
    va_end(list);
    text->length += length;
}

/* ---- files ---- */

/* Reads to the end of `file`; returns false, with errno, on a read error or past `limit`. */
static bool read_all(Text *text, FILE *file, size_t limit) {
    char bytes[4096];
    size_t got;
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0) {
        if (got > limit - text->length) {
            errno = EFBIG;
            return false;
        }
        text_add_bytes(text, bytes, got);
    }
    return !ferror(file);
}

/* A CR that no newline follows ends a line, as on old systems: it becomes a newline. */
static void end_lines(Text *text) {
    for (size_t i = 0; i < text->length; i++)
        if (text->at[i] == '\r' && text->at[i + 1] != '\n')
            text->at[i] = '\n';
}

/* Opens a file and nothing else: a pipe would be waited for, and a device may have no end. */
static FILE *open_regular(const char *path) {
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat status;
    if (fd < 0)
        return NULL;
    int reason = fstat(fd, &status) != 0    ? errno
                 : S_ISDIR(status.st_mode)  ? EISDIR
                 : !S_ISREG(status.st_mode) ? ENODEV
                                            : 0;
    FILE *file = reason ? NULL : fdopen(fd, "rb");
    if (file)
        return file;
    reason = reason ? reason : errno;
    close(fd);
    errno = reason;
    return NULL;
}

char *text_read_file(Arena *arena, const char *path, size_t limit, size_t *length) {
    FILE *file = open_regular(path);
    if (!file)
        return NULL;
    Text text;
    text_open(&text, arena);
    bool whole = read_all(&text, file, limit);
    int reason = errno;
    fclose(file);
    errno = reason;
    end_lines(&text);
    *length = text.length;
    return whole ? text.at : NULL;
}

/* ---- what a terminal would obey ---- */

const char *text_visible(Arena *arena, const char *text) {
    Text out;
    text_open(&out, arena);
    for (int code, length; *text; text += length) {
        char escape[AERT_VISIBLE_ROOM];
        length = aert_character(text, &code);
        if (aert_visible_character(text, code, escape))
            text_add(&out, "%s", escape);
        else
            text_add_bytes(&out, text, (size_t)length);
    }
    return out.at;
}

/* ---- numbers ---- */

const char *text_long(Arena *arena, long number) {
    char digits[FORMAT_DIGITS];
    return arena_copy(arena, digits, format_long(digits, number));
}

const char *text_number(Arena *arena, double value) {
    char digits[64];
    if (value == floor(value) && fabs(value) < 1e15)
        return value == 0 && signbit(value) ? "-0" : text_long(arena, (long)value);
    /* What fewer than 15 digits tell %.15g writes without zeros behind; but not of numbers so small
     * that a double has fewer. */
    for (int precision = fabs(value) < DBL_MIN ? 1 : DBL_DIG; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    return arena_copy(arena, digits, strlen(digits));
}

const char *text_nearest(const char *name, const char *const *candidates, int count) {
    return aert_nearest(name, candidates, count);
}

const char *text_base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}
