/* Arenas, names, growing texts, numbers, nearest names and files: what their headers promise. */
#include "support/diag.h"
#include "support/format.h"
#include "support/text.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            die("this does not hold: %s", #condition);                                             \
    } while (0)

static void check_arena(Arena *arena) {
    for (size_t size = 0; size < 300000; size = size * 2 + 1) {
        unsigned char *object = arena_alloc(arena, size);
        CHECK((uintptr_t)object % _Alignof(max_align_t) == 0);
        for (size_t i = 0; i < size; i++)
            CHECK(object[i] == 0);
        memset(object, 0xFF, size);
    }
    CHECK(strcmp(arena_copy(arena, "abcdef", 3), "abc") == 0);
    CHECK(strcmp(arena_printf(arena, "%d of %s", 3, "ten"), "3 of ten") == 0);
    List(int) list = {0};
    for (int i = 0; i < 1000; i++)
        list_add(arena, &list, i);
    CHECK(list.count == 1000);
    for (int i = 0; i < 1000; i++)
        CHECK(list.at[i] == i);
}

/* What was made last grows in its place, all else by a copy; what is new is zeros, also where there
 * was something that is forgotten. */
static void check_extended(void) {
    Arena *arena = arena_open();
    for (int round = 0; round < 2; round++) {
        ArenaMark mark = arena_mark(arena);
        char *before = memset(arena_alloc(arena, 16), 'w', 16);
        char *object = memset(arena_alloc(arena, 5), 'x', 5);
        object = arena_extend(arena, object, 5, 2);
        CHECK(memcmp(object, "xxxxx\0", 7) == 0 && memcmp(before, "wwwwwwwwwwwwwwww", 16) == 0);
        char *longer = arena_extend(arena, object, 7, 98);
        CHECK(memcmp(longer, "xxxxx", 6) == 0 && longer[104] == 0);
        arena_alloc(arena, 1);
        char *copy = arena_extend(arena, memset(longer, 'y', 105), 105, 3000);
        CHECK(copy != longer && copy[0] == 'y' && copy[104] == 'y');
        for (int i = 105; i < 3105; i++)
            CHECK(copy[i] == 0);
        memset(copy, 'z', 3105);
        char *text = arena_printf(arena, "%s", "text");
        CHECK(strcmp(text, "text") == 0);
        arena_release(arena, mark);
    }
    arena_close(arena);
}

/* Objects of all small sizes in memory that was used are zeros, and leave those before them alone.
 */
static void check_small(void) {
    enum { SIZES = 200 };
    unsigned char *object[SIZES + 1];
    Arena *arena = arena_open();
    for (int round = 0; round < 2; round++) {
        ArenaMark mark = arena_mark(arena);
        for (int size = 1; size <= SIZES; size++) {
            object[size] = arena_alloc(arena, (size_t)size);
            for (int i = 0; i < size; i++)
                CHECK(object[size][i] == 0);
            memset(object[size], 0xFF, (size_t)size);
        }
        for (int size = 1; size <= SIZES; size++)
            for (int i = 0; i < size; i++)
                CHECK(object[size][i] == 0xFF);
        arena_release(arena, mark);
    }
    arena_close(arena);
}

/* What was made before a mark stays, and what is made after it is zeros again. */
static void check_marks(void) {
    Arena *arena = arena_open();
    char *before = arena_copy(arena, "before", 6);
    for (int round = 0; round < 3; round++) {
        ArenaMark mark = arena_mark(arena);
        for (size_t size = 1; size < 300000; size *= 3) {
            char *object = arena_alloc(arena, size);
            CHECK(object[0] == 0 && object[size - 1] == 0);
            object[0] = object[size - 1] = 'x';
        }
        arena_release(arena, mark);
        CHECK(strcmp(before, "before") == 0);
    }
    arena_close(arena);
}

static void check_names(Arena *arena) {
    Names *names = names_open(arena);
    const char *mu = names_of(names, "mu");
    CHECK(mu == names_intern(names, "mu + 1", 2) && mu != names_of(names, "m"));
    CHECK(names_of(names, "") == names_intern(names, "x", 0));
    const char *kept[1000];
    for (int i = 0; i < 1000; i++)
        kept[i] = names_of(names, arena_printf(arena, "name%d", i));
    for (int i = 0; i < 1000; i++)
        CHECK(kept[i] == names_of(names, arena_printf(arena, "name%d", i)));
    CHECK(mu == names_of(names, "mu"));
}

static void check_text(Arena *arena) {
    Text text;
    text_open(&text, arena);
    CHECK(text.at[0] == 0 && text.length == 0);
    for (int i = 0; i < 1000; i++)
        text_add(&text, "%d,", i % 10);
    text_add_bytes(&text, "a\0b", 3);
    CHECK(text.length == 2003 && text.at[1998] == '9' && text.at[2002] == 'b' &&
          text.at[2003] == 0);
    static const long numbers[] = {0, 9, 10, -1, -10, 1234567890, LONG_MAX, LONG_MIN};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char stdio[32];
        snprintf(stdio, sizeof stdio, "%ld", numbers[i]);
        text.length = 0;
        text_add_number(&text, numbers[i]);
        CHECK(strcmp(text.at, stdio) == 0 && text.length == strlen(stdio));
        CHECK(strcmp(text_long(arena, numbers[i]), stdio) == 0);
    }
}

/* As vsnprintf(), whatever room there is. */
static void check_as_stdio(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void check_as_stdio(const char *format, ...) {
    for (size_t room = 0; room < 100; room++) {
        char ours[128] = "not changed", theirs[128] = "not changed";
        va_list list, again;
        va_start(list, format);
        va_copy(again, list);
        size_t length = format_text(ours, room, format, list);
        CHECK(length == (size_t)vsnprintf(theirs, room, format, again));
        CHECK(memcmp(ours, theirs, sizeof ours) == 0);
        va_end(again);
        va_end(list);
    }
}

static void check_format(void) {
    check_as_stdio("%s", "");
    check_as_stdio("%s = %s[%d]%c", "const real h", "x", -7, ';');
    check_as_stdio("%d %d %ld %ld %ld", INT_MIN, INT_MAX, LONG_MIN, LONG_MAX, 0l);
    check_as_stdio("%s has %5d of %.3f", "all", 12, 0.5);
    check_as_stdio("%d %% of %lu", 30, 100ul);
    check_as_stdio("%s%*s|%*s%*s%*s", "h", 3, "", 2, "abc", 0, "d", -4, "e");
    check_as_stdio("%.*s%.*s|%.*s%.*s", 2, "abc", 3, "d", 0, "e", -1, "f");
    check_as_stdio("%zu of %zu%c", (size_t)0, SIZE_MAX, '.');
}

/* No shorter decimal reads back; whole numbers are written as such. */
static void check_shortest(Arena *arena, double value) {
    char digits[64];
    if (value == floor(value) && fabs(value) < 1e15)
        return;
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    CHECK(strcmp(text_number(arena, value), digits) == 0);
}

static void check_numbers(Arena *arena) {
    static const struct {
        double value;
        const char *text;
    } rows[] = {{0, "0"},
                {3, "3"},
                {-2, "-2"},
                {0.1, "0.1"},
                {1e-8, "1e-08"},
                {1000000, "1000000"},
                {1e20, "1e+20"},
                {0.5, "0.5"},
                {1.0 / 3, "0.3333333333333333"},
                {2.5e-300, "2.5e-300"},
                {5e-324, "5e-324"},
                {2e-310, "2e-310"},
                {-0.75, "-0.75"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK(strcmp(text_number(arena, rows[i].value), rows[i].text) == 0);
    char digits[64];
    uint64_t bits = 1;
    for (int i = 0; i < 1000; i++) { /* any double reads back */
        double value;
        bits = bits * 6364136223846793005u + 1442695040888963407u;
        memcpy(&value, &bits, sizeof value);
        if (value - value == 0)
            CHECK(strtod(text_number(arena, value), NULL) == value);
        if (value - value == 0) {
            check_shortest(arena, value);
            snprintf(digits, sizeof digits, "%.*g", i % 15 + 1, value);
            check_shortest(arena, strtod(digits, NULL));
            check_shortest(arena, ldexp(1, -1 - i));
        }
    }
}

static void check_nearest(void) {
    static const char *const names[] = {"encoder", "decoder", "relu", "mu", "x", "logits"};
    static const char *const rows[][2] = {{"encodr", "encoder"},
                                          {"endcoder", "encoder"},
                                          {"Decoder", "decoder"},
                                          {"rleu", "relu"},
                                          {"logit", "logits"},
                                          {"um", "mu"},
                                          {"X", "x"},
                                          {"y", NULL},
                                          {"sigmoid", NULL},
                                          {"uncode", NULL},
                                          {"", NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *nearest = text_nearest(rows[i][0], names, 6);
        CHECK(nearest == rows[i][1] || (nearest && rows[i][1] && !strcmp(nearest, rows[i][1])));
    }
    char name[1000];
    memset(name, 'e', sizeof name - 1);
    name[sizeof name - 1] = 0;
    CHECK(!text_nearest(name, names, 6));
}

static void check_files(Arena *arena) {
    char path[] = "support_test_XXXXXX";
    int descriptor = mkstemp(path);
    CHECK(descriptor >= 0);
    FILE *file = fopen(path, "wb");
    CHECK(file);
    for (int i = 0; i < 10000; i++)
        fputc(i % 251, file);
    fclose(file);
    size_t length = 0;
    char *text = text_read_file(arena, path, 10000, &length);
    CHECK(text && length == 10000 && text[10000] == 0 && text[0] == 0 && text[252] == 1);
    CHECK(text[13] == '\n' && text[10] == '\n' && text[12] == 12); /* 13 is CR */
    CHECK(!text_read_file(arena, path, 9999, &length) && errno == EFBIG);
    remove(path);
    CHECK(!text_read_file(arena, path, 9999, &length) && errno == ENOENT);
    CHECK(!text_read_file(arena, ".", 9999, &length) && errno == EISDIR);
}

int main(void) {
    Arena *arena = arena_open();
    check_arena(arena);
    check_extended();
    check_small();
    check_marks();
    check_names(arena);
    check_text(arena);
    check_format();
    check_numbers(arena);
    check_nearest();
    check_files(arena);
    arena_close(arena);
    arena_close(NULL);
    return 0;
}
