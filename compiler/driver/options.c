/* The command line: one table of options. */
#include "driver/options.h"
#include "driver/complain.h"
#include "emit/emit.h"
#include "passes/passes.h"
#include "support/text.h"

#include <stdlib.h>
#include <string.h>

typedef enum OptionKind {
    FLAG,
    TEXT,
    MAYBE,
    LIST,
    COUNT
} OptionKind; /* MAYBE: a text, "" without it */

typedef struct Option {
    const char *name, *argument, *help;
    OptionKind kind;
    size_t place;
} Option;

#define AT(field) offsetof(AeccOptions, field)

static const Option table[] = {
    {"-o", "FILE", "write C (FILE.c), or compile and link a program (any other name)", TEXT,
     AT(output)},
    {"-D", "NAME=VALUE", "give a const of the model another value; repeatable", LIST, AT(override)},
    {"--target", "NAME", "what to write: see targets below", TEXT, AT(target)},
    {"--march", "NAME",
     "the processor that a program is for, as the C compiler calls it (native), or portable", TEXT,
     AT(march)},
    {"--passes", "LIST", "run these passes only, as in --passes=fold,cse; --passes= runs none",
     TEXT, AT(passes)},
    {"--keep-every", "N",
     "for its gradient a scan keeps each N-th step, the others are computed again (by memory)",
     COUNT, AT(keep_every)},
    {"--depend", "FILE", "write there, for make and ninja, which files the output was made from",
     TEXT, AT(depend)},
    {"--show", "[NAME]", "print the prelude's definition of a name; without one, list all", MAYBE,
     AT(show)},
    {"--json", NULL, "messages as a JSON array on standard output", FLAG, AT(json)},
    {"--help", NULL, "this text", FLAG, AT(help)},
    {"--version", NULL, "the version", FLAG, AT(version)},
};

enum { N_OPTIONS = sizeof table / sizeof *table };

static const char *const dumps[] = {"", "tree", "ir", "grad", "plan"};

void options_help(FILE *out, Arena *arena) {
    fprintf(
        out,
        "aecc compiles an autoencoder to a C program that trains it.\n\n"
        "  aecc model.ae -o model.c      C source\n"
        "  aecc model.ae -o model        the same, compiled and linked\n"
        "  aecc check model.ae           errors and warnings only\n"
        "  aecc new data.csv -o model.ae a first model for data, with comments; aecc new --help\n"
        "  aecc --dump=tree|ir|grad|plan model.ae\n"
        "                                a stage, as text\n\noptions\n");
    for (int i = 0; i < N_OPTIONS; i++)
        fprintf(out, "  %-24s %s\n",
                table[i].argument ? arena_printf(arena, "%s %s", table[i].name, table[i].argument)
                                  : table[i].name,
                table[i].help);
    Text text;
    text_open(&text, arena);
    text_add(&text, "\npasses\n");
    passes_help(&text);
    text_add(&text, "\ntargets\n");
    for (int i = 0; i < NUM_TARGETS; i++)
        text_add(&text, "  %-24s %s\n", targets[i].name, targets[i].what);
    fputs(text.at, out);
}

static bool usage(Arena *arena, const char *found, const char *const *near, int n,
                  const char *about) {
    const char *guess = near ? text_nearest(found, near, n) : NULL;
    complain(arena, "%s%s", about, guess ? arena_printf(arena, ": did you mean %s?", guess) : "");
    fprintf(stderr, "usage: aecc model.ae -o model.c     (aecc --help tells more)\n");
    return false;
}

static bool read_dump(AeccOptions *o, Arena *arena, const char *name) {
    for (int i = 1; i < (int)(sizeof dumps / sizeof *dumps); i++)
        if (strcmp(name, dumps[i]) == 0) {
            o->dump = (Dump)i;
            return true;
        }
    return usage(arena, name, dumps + 1, 4,
                 arena_printf(arena, "there is no stage `%s` to dump: tree, ir, grad, plan", name));
}

/* A number from 1 on, of at most nine digits. */
static bool read_count(AeccOptions *o, Arena *arena, const Option *option, const char *value) {
    size_t digits = strspn(value, "0123456789");
    long count = digits > 0 && digits < 10 && !value[digits] ? strtol(value, NULL, 10) : 0;
    if (count < 1)
        return usage(arena, value, NULL, 0,
                     arena_printf(arena, "%s wants a number from 1 on, and this is `%s`",
                                  option->name, value));
    *(int *)(void *)((char *)o + option->place) = (int)count;
    return true;
}

static bool set_option(AeccOptions *o, Arena *arena, const Option *option, const char *value) {
    char *place = (char *)o + option->place;
    if (option->kind == FLAG)
        *(bool *)(void *)place = true;
    else if (option->kind == TEXT || option->kind == MAYBE)
        *(const char **)(void *)place = value;
    else if (option->kind == COUNT)
        return read_count(o, arena, option, value);
    else if (!strchr(value, '=') || *value == '=')
        return usage(arena, value, NULL, 0,
                     arena_printf(arena, "-D wants NAME=VALUE, and this is `%s`", value));
    else if (o->overrides == MAX_OVERRIDES)
        return usage(arena, value, NULL, 0, arena_printf(arena, "more than %d -D", MAX_OVERRIDES));
    else
        o->override[o->overrides++] = value;
    return true;
}

/* One option at argv[*i]; moves *i over its value. */
static bool read_option(AeccOptions *o, Arena *arena, int argc, char **argv, int *i) {
    const char *names[N_OPTIONS], *text = argv[*i];
    if (strncmp(text, "--dump=", 7) == 0)
        return read_dump(o, arena, text + 7);
    for (int k = 0; k < N_OPTIONS; k++) {
        const Option *option = &table[k];
        size_t length = strlen(option->name);
        names[k] = option->name;
        if (strncmp(text, option->name, length) != 0)
            continue;
        const char *rest = text + length;
        bool is_short = option->name[1] != '-';
        if (*rest == 0 && option->kind == FLAG)
            return set_option(o, arena, option, NULL);
        if (option->kind == FLAG || (*rest && *rest != '=' && !is_short))
            continue;
        if (*rest)
            return set_option(o, arena, option, *rest == '=' && !is_short ? rest + 1 : rest);
        if (*i + 1 == argc && option->kind == MAYBE)
            return set_option(o, arena, option, "");
        if (*i + 1 == argc)
            return usage(arena, text, NULL, 0,
                         arena_printf(arena, "%s wants %s", text, option->argument));
        return set_option(o, arena, option, argv[++*i]);
    }
    return usage(arena, text, names, N_OPTIONS,
                 arena_printf(arena, "there is no option `%s`", text));
}

static const char *command_text(Arena *arena, int argc, char **argv) {
    Text text;
    text_open(&text, arena);
    text_add(&text, "aecc");
    for (int i = 1; i < argc; i++)
        text_add(&text, " %s", text_base_name(argv[i]));
    return text_visible(arena, text.at);
}

bool options_read(AeccOptions *o, Arena *arena, int argc, char **argv) {
    *o = (AeccOptions){.target = "c", .march = "native"};
    o->command = command_text(arena, argc, argv);
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '-' && argv[i][1]) {
            if (!read_option(o, arena, argc, argv, &i))
                return false;
        } else if (strcmp(argv[i], "check") == 0 && !o->check && !o->model) {
            o->check = true;
        } else if (o->model) {
            return usage(arena, argv[i], NULL, 0, "one model at a time");
        } else {
            o->model = argv[i];
        }
    }
    if (o->help || o->version || o->show)
        return true;
    if (!o->model)
        return usage(arena, "", NULL, 0, "no model was named");
    if (!o->check && !o->dump && !o->output)
        return usage(arena, "", NULL, 0, "-o FILE says where to write");
    return true;
}
