/* Names: the user's words made C names, each once in its function.
 *
 *     "decoder.dense_2.W"  →  W, and W_2 where W is taken        "double"  →  double_
 */
#include "emit/c/c.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Words that mean something in generated code, sorted by their bytes. */
static const char *const reserved[] = {
    "I",        "NULL",     "REAL",     "abs",       "args",   "asm",     "atan",   "auto",
    "begin",    "bool",     "break",    "case",      "char",   "clock",   "const",  "continue",
    "cos",      "default",  "digamma",  "dims",      "do",     "double",  "else",   "end",
    "enum",     "erf",      "exp",      "extern",    "fabs",   "false",   "float",  "floor",
    "for",      "from",     "gamma",    "gemm",      "goto",   "if",      "inline", "inputs",
    "int",      "key",      "lgamma",   "linux",     "log",    "log1p",   "long",   "main",
    "model",    "n",        "o",        "polygamma", "pow",    "program", "real",   "register",
    "restrict", "return",   "run",      "scalar",    "short",  "sigmoid", "signed", "sin",
    "sizeof",   "slots",    "softplus", "sqrt",      "static", "struct",  "switch", "tanh",
    "to",       "trigamma", "true",     "typedef",   "typeof", "union",   "unix",   "unsigned",
    "void",     "volatile", "while",
};

/* Words that the kernels of move.c and product.c declare; elsewhere they are free. */
static const char *const fixed[] = {"i", "j", "row", "at", "best", "place", "which", "named"};

static bool ends_with(const char *word, const char *end) {
    size_t length = strlen(word), most = strlen(end);
    return length >= most && strcmp(word + length - most, end) == 0;
}

/* INT_MAX, NAN and their like: words of C's headers, which may be macros. */
static bool in_capitals(const char *word) {
    for (const char *at = word; *at; at++)
        if (islower((unsigned char)*at))
            return false;
    return strlen(word) > 2;
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Whether it means something in generated code. */
static bool is_reserved(const char *word) {
    if (bsearch(&word, reserved, sizeof reserved / sizeof *reserved, sizeof *reserved, by_bytes))
        return true;
    return strncmp(word, "aert", 4) == 0 || strncmp(word, "AERT", 4) == 0 ||
           strncmp(word, "Aert", 4) == 0 || strncmp(word, "cblas", 5) == 0 || in_capitals(word) ||
           ends_with(word, "_part"); /* a partial sum's */
}

const char *c_word(Arena *arena, const char *name) {
    enum { LONGEST = 40 };
    char word[LONGEST];
    size_t length = 0;
    if (!isalpha((unsigned char)name[0]))
        word[length++] = 'v';
    for (; *name && length < LONGEST; name++)
        word[length++] = *name;
    for (size_t i = 0; i < length; i++)
        word[i] = isalnum((unsigned char)word[i]) ? word[i] : '_';
    return arena_copy(arena, word, length);
}

const char *c_entry_word(Arena *arena, const Plan *plan) {
    const char *word = c_word(arena, plan->graph->name);
    for (int i = 0; i < plan->program->entries.count; i++) {
        const Entry *entry = &plan->program->entries.at[i];
        if (entry == plan->entry)
            return word;
        if (strcmp(c_word(arena, entry->graph->name), word) == 0)
            return arena_printf(arena, "%s_e%d", word,
                                (int)(plan->entry - plan->program->entries.at));
    }
    return word;
}

const char *c_last_part(const char *name) {
    const char *point = strrchr(name, '.');
    const char *part = point && point[1] ? point + 1 : name;
    return part;
}

void c_scope_start(CScope *scope, Arena *arena) {
    *scope = (CScope){.arena = arena, .taken = names_open(arena)};
}

/* False where the scope has the name already. */
static bool take(CScope *scope, const char *name) {
    int before = names_count(scope->taken);
    names_of(scope->taken, name);
    if (names_count(scope->taken) == before)
        return false;
    list_add(scope->arena, &scope->next, 2);
    return true;
}

void c_scope_take_fixed(CScope *scope) {
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        take(scope, fixed[i]);
}

const char *c_scope_name(CScope *scope, const char *wish) {
    const char *word = c_word(scope->arena, wish);
    if (is_reserved(word)) {
        word = arena_printf(scope->arena, "%s_", word);
        if (is_reserved(word)) /* by how it begins, or all of it */
            word = arena_printf(scope->arena, "v_%s", word);
    }
    if (take(scope, word))
        return word;
    int *next = &scope->next.at[names_number(scope->taken, word, strlen(word))];
    const char *name;
    do
        name = arena_printf(scope->arena, "%s_%d", word, (*next)++);
    while (!take(scope, name));
    return name;
}
