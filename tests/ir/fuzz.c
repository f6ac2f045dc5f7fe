/* The reader on damaged text: it must report or accept, never crash, and what it accepts must print
 * and read back as the same bytes.
 *
 *     fuzz ROUNDS x.ir y.ir …
 *
 * Each round damages one of the files in a few places: bytes changed, ranges dropped, doubled or
 * taken from another file, words of the language put in.  The seed is fixed; a failure names its
 * round.
 */
#include "ir/ir.h"
#include "sample.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_LIMIT = 1 << 20, TEXT_LIMIT = 1 << 16, MAX_FILES = 64 };

typedef struct Bytes {
    char at[TEXT_LIMIT + 1];
    size_t length;
} Bytes;

typedef struct Fuzz {
    uint64_t state;
    int count;
    const char *texts[MAX_FILES];
    size_t lengths[MAX_FILES];
    Bytes bytes;
} Fuzz;

static size_t below(Fuzz *fuzz, size_t limit) {
    fuzz->state = sample_mix(fuzz->state);
    return limit > 0 ? (size_t)(fuzz->state % limit) : 0;
}

/* Puts `length` bytes where `dropped` others were. */
static void replace(Bytes *bytes, size_t at, size_t dropped, const char *with, size_t length) {
    if (dropped > bytes->length - at)
        dropped = bytes->length - at;
    if (bytes->length - dropped + length > TEXT_LIMIT)
        return;
    memmove(bytes->at + at + length, bytes->at + at + dropped, bytes->length - at - dropped);
    memcpy(bytes->at + at, with, length);
    bytes->length += length - dropped;
    bytes->at[bytes->length] = 0;
}

/* What damage puts in. */
static const char *const words[] = {
    "%",
    "%0",
    "%1",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "\n",
    "{",
    "}",
    "=",
    ":",
    "axis=-1",
    "axes=",
    "perm=",
    "range=",
    "of=",
    "graph ",
    "output",
    "loss",
    "n",
    "5n",
    "-",
    "2147483648",
    "0",
    "1e999",
    "ta",
    "const",
    "scatter(",
    "pad(",
    "concat(",
    "[8,8,8,8,8,8,8,8]",
    "1073741824",
    "assign \"w\" = %0",
    "report loss \"\" = ",
    "[]",
    "\\",
    "@",
    "#",
};

static void damage(Fuzz *fuzz) {
    size_t at = below(fuzz, fuzz->bytes.length + 1), length = below(fuzz, 40);
    size_t other = below(fuzz, (size_t)fuzz->count), from = below(fuzz, fuzz->lengths[other]);
    char byte = (char)(1 + below(fuzz, 255));
    const char *word = words[below(fuzz, sizeof words / sizeof *words)];
    if (length > fuzz->lengths[other] - from)
        length = fuzz->lengths[other] - from;
    switch (below(fuzz, 5)) {
    case 0:
        replace(&fuzz->bytes, at, 1, &byte, 1);
        break;
    case 1:
        replace(&fuzz->bytes, at, below(fuzz, 20), "", 0);
        break;
    case 2:
        replace(&fuzz->bytes, at, below(fuzz, 2) * length, fuzz->texts[other] + from, length);
        break;
    case 3:
        fuzz->bytes.length = at; /* cut off */
        fuzz->bytes.at[at] = 0;
        break;
    default:
        replace(&fuzz->bytes, at, below(fuzz, 6), word, strlen(word));
    }
}

static const char *print_all(Arena *arena, const GraphList *graphs) {
    Text text;
    text_open(&text, arena);
    for (int i = 0; i < graphs->count; i++) {
        ir_verify(graphs->at[i], "reading");
        ir_print(&text, graphs->at[i], NULL);
    }
    return text.at;
}

static bool read_text(Arena *arena, Diag *diag, const char *text, GraphList *graphs) {
    int file = diag_source(diag, "fuzz.ir", text, strlen(text));
    return ir_read(arena, names_open(arena), diag, file, text, graphs);
}

/* 1 if the text was accepted, 0 if not, -1 if it does not read back. */
static int round_trip(const char *text, FILE *nowhere) {
    Arena *arena = arena_open();
    Diag *diag = diag_open(arena);
    GraphList graphs = {0}, again = {0};
    int result = 0;
    if (read_text(arena, diag, text, &graphs)) {
        const char *printed = print_all(arena, &graphs);
        bool same = read_text(arena, diag, printed, &again) &&
                    strcmp(printed, print_all(arena, &again)) == 0;
        result = same ? 1 : -1;
    }
    diag_print(diag, nowhere);
    arena_close(arena);
    return result;
}

int main(int argc, char **argv) {
    Arena *arena = arena_open();
    Fuzz *fuzz = NEW(arena, Fuzz);
    FILE *nowhere = fopen("/dev/null", "w");
    int rounds = argc > 2 ? atoi(argv[1]) : 0, accepted = 0;
    for (int i = 2; i < argc && fuzz->count < MAX_FILES; i++, fuzz->count++)
        fuzz->texts[fuzz->count] =
            text_read_file(arena, argv[i], FILE_LIMIT, &fuzz->lengths[fuzz->count]);
    if (fuzz->count == 0 || !nowhere) {
        fprintf(stderr, "usage: fuzz ROUNDS FILE.ir …\n");
        return 2;
    }
    for (int round = 0; round < rounds; round++) {
        fuzz->state = (uint64_t)round;
        size_t file = below(fuzz, (size_t)fuzz->count);
        fuzz->bytes.length = 0;
        replace(&fuzz->bytes, 0, 0, fuzz->texts[file], fuzz->lengths[file]);
        for (size_t i = 1 + below(fuzz, 4); i > 0; i--)
            damage(fuzz);
        int result = round_trip(fuzz->bytes.at, nowhere);
        if (result < 0) {
            printf("round %d: does not read back\n%s\n", round, fuzz->bytes.at);
            return 1;
        }
        accepted += result;
    }
    printf("%d rounds, %d accepted\n", rounds, accepted);
    fclose(nowhere);
    arena_close(arena);
    return 0;
}
