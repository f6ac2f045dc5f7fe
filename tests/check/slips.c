/* slips [--syntax] [--every N] FILE…: a model with one slip of the hand in it compiles, or is told
 * on the line of the slip.
 *
 *     dense(400) |> relu    →    dense400) |> relu    dense(400 |> relu    dnese(400) |> relu    …
 *
 * The slips: each bracket left out; each word in each of its places with a letter left out, with
 * two letters exchanged, and with a letter replaced; each two neighbours in brackets exchanged.
 *
 * Told on the line: the first error, in the order in which they are printed, has its place, a mark
 * or a note on one of the lines that differ, or a mark that names the line ("[20] from line 14").
 * The note is the rule where a name is misspelt that is read further down: which of the two places
 * is wrong only the writer knows.  A `}` that stood on a line of its own is told on that line, now
 * empty, or on the one that comes where it is gone too.  No slip may print more than MOST errors.
 * Every file must compile as it is.
 *
 * --syntax: texts that only parse, and only brackets are left out.
 * --every: of N slips one is tried; with AECC_FULL=1 all are.
 */
#include "driver/compile.h"
#include "prelude/prelude.h"
#include "support/diag_messages.h"

#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 3, LIMIT = 1 << 16, DEPTH = 64 };

typedef struct Session {
    Compiler compiler; /* names and the prelude's trees, for all slips */
    const char *path, *text;
    size_t length;
    char slip[LIMIT + 8]; /* the text with the slip */
    char what[120];
    bool syntax;
    int every, number;
    int slips, good, told, noted, wrong, most;
} Session;

/* ---- one text through the compiler ---- */

/* Up to where a model can be wrong: the derivatives that it writes out. */
static void differentiate(const Session *s, Arena *arena, Diag *diag, const ModelSource *source,
                          Model *model) {
    Program *program = compile_lower(&s->compiler, arena, diag, source, model);
    compile_graphs(program, &(PassOptions){0}, STAGE_derivatives);
}

typedef struct Compilation {
    const Session *session;
    Arena *arena;
    Diag *diag;
} Compilation;

/* A file that is used: it stays as it is. */
static const Ast *load(void *user, const char *path, const char **why) {
    const Compilation *u = user;
    size_t length;
    const char *text = text_read_file(u->arena, path, LIMIT, &length);
    *why = "cannot be read";
    return text ? compile_parse(&u->session->compiler, u->arena, u->diag, path, text, length)
                : NULL;
}

static Diag *compile(const Session *s, Arena *arena, const char *text, size_t length) {
    Diag *diag = compile_diag(arena);
    ModelSource source = {.tree = compile_parse(&s->compiler, arena, diag, s->path, text, length),
                          .path = s->path,
                          .command = "slips",
                          .load = load,
                          .user = &(Compilation){s, arena, diag}};
    if (s->syntax || diag_errors(diag))
        return diag;
    Model *model = compile_check(&s->compiler, arena, diag, &source);
    if (model && (strstr(text, "grad(") || strstr(text, "jacobian(")))
        differentiate(s, arena, diag, &source, model);
    return diag;
}

/* ---- whether it is told well ---- */

static bool is_on(const Diag *diag, Loc loc, int file, int first, int last) {
    int line = diag_line(diag, loc);
    return loc.file == file && line >= first && line <= last;
}

typedef enum Told { NOT, NOTED, TOLD } Told;

/* The errors that are printed: what is said twice of a place is printed once. */
static int printed_errors(Diag *diag) {
    int count, errors = 0;
    diag_sort(diag, &count);
    for (int i = 0; i < count; i++)
        errors += !diag->messages.at[i]->warning;
    return errors;
}

/* How the first error tells of the lines first … last. */
static Told told_by(Diag *diag, int first, int last) {
    int count, file = prelude_count + 1;
    diag_sort(diag, &count);
    for (int i = 0; i < count; i++) {
        const Message *message = diag->messages.at[i];
        bool noted = false;
        if (message->warning)
            continue;
        if (is_on(diag, message->loc, file, first, last))
            return TOLD;
        for (int k = 0; k < message->marks.count; k++)
            noted |= is_on(diag, message->marks.at[k].loc, file, first, last) ||
                     is_on(diag, message->marks.at[k].made, file, first, last);
        for (int k = 0; k < message->notes.count; k++)
            noted |= is_on(diag, message->notes.at[k].loc, file, first, last);
        return noted ? NOTED : NOT;
    }
    return NOT;
}

static int line_of(const char *text, size_t at) {
    int line = 1;
    for (size_t i = 0; i < at && text[i]; i++)
        line += text[i] == '\n';
    return line;
}

/* s->slip differs from the text in bytes begin … end. */
static void try_slip(Session *s, size_t begin, size_t end) {
    if (s->number++ % s->every)
        return;
    Arena *arena = arena_open();
    size_t length = strlen(s->slip);
    char *exact = arena_copy(arena, s->slip, length);
    Diag *diag = compile(s, arena, exact, length);
    int errors = printed_errors(diag);
    s->slips++;
    Told told = errors ? told_by(diag, line_of(s->slip, begin), line_of(s->slip, end)) : NOT;
    s->good += errors == 0;
    s->told += told == TOLD;
    s->noted += told == NOTED;
    s->most = errors > s->most ? errors : s->most;
    if (errors && (told == NOT || errors > MOST)) {
        s->wrong++;
        printf("%s:%d: %s: %s\n", s->path, line_of(s->slip, begin), s->what,
               told == NOT ? "not told on this line" : "too many errors");
        diag_print(diag, stdout);
    }
    arena_close(arena);
}

/* The text with bytes begin … end replaced. */
static void replace(Session *s, size_t begin, size_t end, const char *by, size_t size) {
    memcpy(s->slip, s->text, begin);
    memcpy(s->slip + begin, by, size);
    memcpy(s->slip + begin + size, s->text + end, s->length - end + 1);
}

/* ---- the slips ---- */

static void leave_out(Session *s, size_t at) {
    snprintf(s->what, sizeof s->what, "without `%c`", s->text[at]);
    replace(s, at, at + 1, "", 0);
    try_slip(s, at, at);
}

static void misspell_as(Session *s, size_t begin, size_t end, const char *word) {
    if (strlen(word) == end - begin && strncmp(word, s->text + begin, end - begin) == 0)
        return;
    snprintf(s->what, sizeof s->what, "`%.*s` as `%s`", (int)(end - begin), s->text + begin, word);
    replace(s, begin, end, word, strlen(word));
    try_slip(s, begin, begin);
}

/* One letter of the word [begin, end): left out, exchanged with the next one, replaced. */
static void misspell_at(Session *s, size_t begin, size_t end, size_t at) {
    char word[64];
    size_t length = end - begin;
    const char *old = s->text + begin;
    if (length > 1 && !(at == 0 && isdigit((unsigned char)old[1]))) {
        snprintf(word, sizeof word, "%.*s%s", (int)at, old, "");
        snprintf(word + at, sizeof word - at, "%.*s", (int)(length - at - 1), old + at + 1);
        misspell_as(s, begin, end, word);
    }
    snprintf(word, sizeof word, "%.*s", (int)length, old);
    if (at + 1 < length && !(at == 0 && isdigit((unsigned char)old[1]))) {
        word[at] = old[at + 1];
        word[at + 1] = old[at];
        misspell_as(s, begin, end, word);
        word[at + 1] = old[at + 1];
    }
    word[at] = old[at] == 'q' ? 'z' : 'q';
    misspell_as(s, begin, end, word);
}

static void misspell(Session *s, size_t begin, size_t end) {
    size_t length = end - begin;
    if (length >= 60)
        return;
    for (size_t at = 0; at < length; at++)
        misspell_at(s, begin, end, at);
}

typedef struct Part {
    size_t begin, end; /* without the blanks around */
} Part;

static Part trimmed(const char *text, size_t begin, size_t end) {
    while (begin < end && isspace((unsigned char)text[begin]))
        begin++;
    while (end > begin && isspace((unsigned char)text[end - 1]))
        end--;
    return (Part){begin, end};
}

static void exchange(Session *s, Part a, Part b) {
    char by[LIMIT];
    size_t gap = b.begin - a.end, size = b.end - a.begin;
    memcpy(by, s->text + b.begin, b.end - b.begin);
    memcpy(by + (b.end - b.begin), s->text + a.end, gap);
    memcpy(by + (b.end - b.begin) + gap, s->text + a.begin, a.end - a.begin);
    if (memcmp(by, s->text + a.begin, size) == 0)
        return;
    snprintf(s->what, sizeof s->what, "`%.*s` exchanged", size < 80 ? (int)size : 80,
             s->text + a.begin);
    replace(s, a.begin, b.end, by, size);
    try_slip(s, a.begin, b.end);
}

/* A bracket that is open, and the last whole part behind it. */
typedef struct Open {
    char kind;
    size_t begin; /* of the part that is read */
    Part last;
} Open;

static void end_part(Session *s, Open *open, size_t at) {
    Part part = trimmed(s->text, open->begin, at);
    if (!s->syntax && open->kind != '{' && open->last.end > open->last.begin &&
        part.end > part.begin)
        exchange(s, open->last, part);
    open->last = part;
    open->begin = at + 1;
}

static size_t skip_word(const char *text, size_t at) {
    while (isalnum((unsigned char)text[at]) || text[at] == '_')
        at++;
    return at;
}

static void try_file(Session *s) {
    Open open[DEPTH] = {{.kind = '{'}};
    int depth = 0;
    for (size_t at = 0; at < s->length; at++) {
        char c = s->text[at];
        if (c == '#') {
            at += strcspn(s->text + at, "\n");
        } else if (c == '"') {
            at += 1 + strcspn(s->text + at + 1, "\"\n");
        } else if (isdigit((unsigned char)c)) {
            at = skip_word(s->text, at) - 1;
        } else if (isalpha((unsigned char)c) || c == '_') {
            size_t end = skip_word(s->text, at);
            if (!s->syntax)
                misspell(s, at, end);
            at = end - 1;
        } else if (strchr("([{", c)) {
            leave_out(s, at);
            if (++depth == DEPTH)
                return;
            open[depth] = (Open){.kind = c, .begin = at + 1};
        } else if (strchr(")]}", c)) {
            leave_out(s, at);
            end_part(s, &open[depth], at);
            depth -= depth > 0;
        } else if (c == ',') {
            end_part(s, &open[depth], at);
        }
    }
}

/* ---- the files ---- */

static const Session *current; /* for the message of a crash */

static void crashed(int number) {
    const char *what = current ? current->what : "";
    const char *path = current ? current->path : "";
    if (write(1, path, strlen(path)) > 0 && write(1, ": a crash: ", 11) > 0)
        number += write(1, what, strlen(what)) < 0;
    _exit(3 + (number == 0));
}

static bool is_whole(Session *s, size_t length) {
    Arena *arena = arena_open();
    Diag *diag = compile(s, arena, s->text, length);
    bool whole = diag_errors(diag) == 0;
    if (!whole) {
        printf("%s does not compile as it is\n", s->path);
        diag_print(diag, stdout);
    }
    arena_close(arena);
    return whole;
}

int main(int argc, char **argv) {
    static Session s;
    bool whole = argc > 1;
    Arena *lasting = arena_open();
    s.compiler = (Compiler){.arena = lasting, .names = names_open(lasting)};
    compile_prelude(&s.compiler, diag_open(lasting));
    current = &s;
    signal(SIGABRT, crashed);
    signal(SIGSEGV, crashed);
    s.every = 1;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--syntax") == 0) {
            s.syntax = true;
            continue;
        }
        if (strcmp(argv[i], "--every") == 0 && i + 1 < argc) {
            s.every = atoi(argv[++i]) > 0 && !getenv("AECC_FULL") ? atoi(argv[i]) : 1;
            continue;
        }
        s.path = argv[i];
        s.text = text_read_file(lasting, s.path, LIMIT, &s.length);
        if (!s.text) {
            perror(s.path);
            return 2;
        }
        whole &= is_whole(&s, s.length);
        try_file(&s);
    }
    printf(
        "%d slips: %d compile, %d told on their line, %d by a note, %d wrong; at most %d errors\n",
        s.slips, s.good, s.told, s.noted, s.wrong, s.most);
    arena_close(lasting);
    return s.wrong > 0 || !whole || s.slips == 0;
}
