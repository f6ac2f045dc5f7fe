/* Names: the user's words made C names, each once in its function.
 *
 *     "decoder.dense_2.W"  →  W, and W_2 where W is taken        "double"  →  double_
 */
#include "emit/c/c.h"

#include <ctype.h>
#include <string.h>

/* Words that mean something in generated code. */
static const char *const reserved[] = {
    "auto",     "break",  "case",    "char",     "const",    "continue", "default",  "do",
    "double",   "else",   "enum",    "extern",   "float",    "for",      "goto",     "if",
    "inline",   "int",    "long",    "register", "restrict", "return",   "short",    "signed",
    "sizeof",   "static", "struct",  "switch",   "typedef",  "union",    "unsigned", "void",
    "volatile", "while",  "real",    "REAL",     "run",      "begin",    "end",      "n",
    "exp",      "log",    "log1p",   "sqrt",     "fabs",     "floor",    "sin",      "cos",
    "erf",      "tanh",   "sigmoid", "softplus", "pow",      "gemm",     "main",     "asm",
    "typeof",   "linux",  "unix",    "NULL",     "abs",      "gamma",    "I",        "inputs",
    "slots",    "model",  "bool",    "true",     "false",    "o",        "clock",    "scalar",
    "key",      "from",   "to",      "program",
};

/* Words that the kernels of move.c and product.c declare; elsewhere they are free. */
static const char *const fixed[] = {"i", "j", "row", "at", "best", "place"};

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

bool c_is_reserved(const char *word) {
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strcmp(reserved[i], word) == 0)
            return true;
    return strncmp(word, "aert", 4) == 0 || strncmp(word, "AERT", 4) == 0 ||
           strncmp(word, "Aert", 4) == 0 || strncmp(word, "cblas", 5) == 0 || in_capitals(word) ||
           ends_with(word, "_part"); /* a partial sum's */
}

const char *c_word(Arena *arena, const char *name) {
    Text out;
    text_open(&out, arena);
    if (!isalpha((unsigned char)name[0]))
        text_add(&out, "v");
    for (; *name && out.length < 40; name++)
        text_add(&out, "%c", isalnum((unsigned char)*name) ? *name : '_');
    return out.at;
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
    const char *dot = strrchr(name, '.');
    const char *part = dot && dot[1] ? dot + 1 : name;
    return part;
}

static bool is_taken(const Scope *scope, const char *name) {
    for (int i = 0; i < scope->taken.count; i++)
        if (strcmp(scope->taken.at[i], name) == 0)
            return true;
    return false;
}

void scope_take_fixed(Scope *scope) {
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        list_add(scope->arena, &scope->taken, fixed[i]);
}

const char *scope_name(Scope *scope, const char *wish) {
    const char *word = c_word(scope->arena, wish);
    if (c_is_reserved(word))
        word = arena_printf(scope->arena, "%s_", word);
    if (c_is_reserved(word)) /* by how it begins, or all of it */
        word = arena_printf(scope->arena, "v_%s", word);
    const char *name = word;
    for (int i = 2; is_taken(scope, name); i++)
        name = arena_printf(scope->arena, "%s_%d", word, i);
    list_add(scope->arena, &scope->taken, name);
    return name;
}
