/* Graphs as text: the reader reports or accepts, and what it accepts must print and read back as
 * the same bytes. */
#include "ir/ir.h"
#include "fuzz.h"

const char *const fuzz_words[] = {"%",
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
                                  NULL};

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static FILE *nowhere;
    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    Arena *arena = arena_open();
    Diag *diag = diag_open(arena);
    GraphList graphs = {0}, again = {0};
    if (read_text(arena, diag, arena_copy(arena, (const char *)data, size), &graphs)) {
        const char *printed = print_all(arena, &graphs);
        MUST(read_text(arena, diag, printed, &again));
        MUST(strcmp(printed, print_all(arena, &again)) == 0);
    }
    diag_print(diag, nowhere);
    arena_close(arena);
    return 0;
}
