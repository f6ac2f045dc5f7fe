/* fuzz CASES FILE…: texts with a few bytes left out, doubled, exchanged or changed are parsed, told
 * about and printed without a crash.  The numbers are fixed: a failure comes again.
 *
 * A text that still parses must survive being printed; one that does not must have a message.
 */
#include "syntax/ast.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t next_random(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

/* Changes one place of `text`, which has room for twice its length. */
static size_t mutate(char *text, size_t length, uint64_t *state) {
    static const char bytes[] = "(){}[]|>=~,;:.+-^*/<# \n\t'0a_\xC3\x00";
    if (length == 0)
        return 0;
    size_t at = next_random(state) % length, span = 1 + next_random(state) % 8;
    if (span > length - at)
        span = length - at;
    switch (next_random(state) % 4) {
    case 0: /* left out */
        memmove(text + at, text + at + span, length - at - span);
        return length - span;
    case 1: /* doubled */
        memmove(text + at + span, text + at, length - at);
        return length + span;
    case 2: { /* exchanged with another place */
        size_t other = next_random(state) % length;
        char byte = text[at];
        text[at] = text[other];
        text[other] = byte;
        return length;
    }
    default: /* changed */
        text[at] = bytes[next_random(state) % (sizeof bytes - 1)];
        return length;
    }
}

/* Parses and shows a text; false where it neither survives printing nor has a message. */
static bool is_handled(const char *text, size_t length, FILE *sink) {
    Arena *arena = arena_open();
    Names *names = names_open(arena);
    Diag *diag = diag_open(arena);
    Ast *ast =
        syntax_parse(arena, names, diag, diag_source(diag, "x.ae", text, length), text, length);
    int errors = diag_errors(diag);
    Text once;
    text_open(&once, arena);
    ast_print(&once, ast);
    if (errors % 2)
        diag_print_json(diag, sink);
    else
        diag_print(diag, sink);
    if (errors == 0)
        syntax_parse(arena, names, diag, diag_source(diag, "y.ae", once.at, once.length), once.at,
                     once.length);
    bool handled = diag_errors(diag) == errors && ast->kind == AST_file;
    arena_close(arena);
    return handled;
}

int main(int argc, char **argv) {
    int cases = argc > 2 ? atoi(argv[1]) : 0, failures = 0;
    FILE *sink = tmpfile();
    Arena *arena = arena_open();
    uint64_t state = 1;
    for (int i = 0; sink && i < cases; i++) {
        size_t length;
        char *text = text_read_file(arena, argv[2 + i % (argc - 2)], (size_t)1 << 16, &length);
        if (!text)
            return 2;
        char *changed = malloc(length + 64); /* exactly as long as needed, for the sanitizer */
        if (!changed)
            return 2;
        memcpy(changed, text, length);
        for (uint32_t n = 1 + next_random(&state) % 4; n > 0; n--)
            length = mutate(changed, length, &state);
        char *exact = realloc(changed, length + 1);
        if (!exact)
            return 2;
        rewind(sink);
        if (!is_handled(exact, length, sink)) {
            printf("case %d is not handled:\n%.*s\n", i, (int)length, exact);
            failures++;
        }
        free(exact);
        arena_close(arena);
        arena = arena_open();
    }
    arena_close(arena);
    if (sink)
        fclose(sink);
    return failures > 0 || !sink;
}
