/* Reads the command line into Options.
 *
 * Its one idea: options.def is the only list of options.  It is expanded here into a table whose
 * rows say which field an option fills, how its argument is read and which commands take it, so
 * that a new option is one line there.
 *
 * Example: "train --epochs 3 --set beta=4" sets epochs to 3 and set[0] to {"beta", 4}.
 */
#include "command_line.h"
#include "base/base.h"
#include "data/data.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef enum ArgumentKind { TEXT, FLAG, COUNT, SEED, NUMBER, SET, FILES } ArgumentKind;

enum {
    TRAIN = 1 << COMMAND_train,
    EVAL = 1 << COMMAND_eval,
    ENCODE = 1 << COMMAND_encode,
    DECODE = 1 << COMMAND_decode,
    RECONSTRUCT = 1 << COMMAND_reconstruct,
    SAMPLE = 1 << COMMAND_sample,
    WALK = 1 << COMMAND_walk,
    INTERPOLATE = 1 << COMMAND_interpolate,
    SCATTER = 1 << COMMAND_scatter,
    GRADCHECK = 1 << COMMAND_gradcheck,
    BENCH = 1 << COMMAND_bench,
    INFO = 1 << COMMAND_info,
    EXPORT = 1 << COMMAND_export,
    SCORE = 1 << COMMAND_score,
    NEAREST = 1 << COMMAND_nearest,
    FIT_PRIOR = 1 << COMMAND_fit_prior,
    PROBE = 1 << COMMAND_probe,
    CODES = ENCODE | DECODE | RECONSTRUCT | SAMPLE | WALK | INTERPOLATE | SCATTER | NEAREST |
            SCORE | FIT_PRIOR | PROBE,
    READERS = FIT_PRIOR | PROBE | TRAIN | EVAL | SCORE | ENCODE | RECONSTRUCT | WALK | INTERPOLATE |
              SCATTER | NEAREST | GRADCHECK | BENCH
};

/* A program carries one for each option: small. */
typedef struct OptionRow {
    const char *name; /* behind its end the argument, behind that the help */
    unsigned commands;
    uint16_t field; /* offset in Options */
    uint8_t kind;   /* ArgumentKind */
} OptionRow;

static const OptionRow rows[] = {
#define OPTION(field, name, argument, kind, commands, help)                                        \
    {name "\0" argument "\0" help, commands, offsetof(Options, field), kind},
#include "options.def"
#undef OPTION
};

/* Behind the end of a name what the command does. */
static const char *const command_names[] = {
#define COMMAND(name, spelling, help) spelling "\0" help,
#include "commands.def"
#undef COMMAND
};

/* The text behind the end of this one. */
static const char *behind(const char *text) {
    return text + strlen(text) + 1;
}

const char *command_name(CommandId command) {
    return command_names[command];
}

static int usage(AertError *error, const char *format, const char *a, const char *b) {
    aert_fail(error, format, a, b);
    return EXIT_USAGE;
}

static int unknown(AertError *error, const char *what, const char *word, const char *nearest,
                   const char *dashes) {
    if (nearest)
        aert_fail(error, "unknown %s '%s%s'; did you mean '%s%s'?", what, dashes, word, dashes,
                  nearest);
    else
        aert_fail(error, "unknown %s '%s%s'; --help lists all", what, dashes, word);
    return EXIT_USAGE;
}

static int read_count(const char *text, int *value) {
    char *end;
    errno = 0;
    long long v = strtoll(text, &end, 10);
    if (errno || end == text || *end || v < 1 || v > 1000000000)
        return 0;
    *value = (int)v;
    return 1;
}

static int read_seed(const char *text, uint64_t *value) {
    char *end;
    errno = 0;
    *value = strtoull(text, &end, 10);
    return !errno && *text >= '0' && *text <= '9' && !*end; /* strtoull takes " -1" too */
}

static int read_number(const char *text, double *value) {
    char *end;
    *value = strtod(text, &end);
    return end != text && !*end && isfinite(*value);
}

/* "beta=4"; a name given again takes the later value. */
static int read_setting(Options *options, const char *text) {
    const char *equals = strchr(text, '=');
    double value;
    if (!equals || equals == text || !equals[1])
        return 0;
    if (!read_number(equals + 1, &value))
        value = NAN;
    int length = (int)(equals - text), i = 0;
    while (i < options->sets && (options->set[i].length != length ||
                                 strncmp(options->set[i].name, text, (size_t)length) != 0))
        i++;
    if (i == MAX_SETS)
        return 0;
    options->set[i] = (Setting){text, length, value, equals + 1};
    if (i == options->sets)
        options->sets++;
    return 1;
}

static bool is_of_name(char c) {
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_';
}

/* Whether it is "NAME=FILE", and no file is called so as a whole. */
static bool names_input(const char *text) {
    size_t length = 0;
    while (is_of_name(text[length]))
        length++;
    return length > 0 && text[length] == '=' && access(text, F_OK) != 0;
}

/* "clean=b.npy" where the model has an input `clean`; else a file of that name.  False, and what
 * was wanted, where it is neither or is there already. */
static int read_file(DataFiles *files, const AertModel *model, const char *text,
                     const char **wanted) {
    static const char once[] = "one file of each input";
    *wanted = "a name that is not empty";
    for (int i = 0; i < model->inputs; i++) {
        const char *name = model->input[i].name;
        size_t length = strlen(name);
        if (model->input[i].role != AERT_AS_GIVEN && strncmp(text, name, length) == 0 &&
            text[length] == '=') {
            *wanted = files->of[i] ? once : *wanted;
            bool first = !files->of[i];
            files->of[i] = text + length + 1;
            return first && text[length + 1] != 0;
        }
    }
    bool first = !files->one, other = names_input(text);
    *wanted = !first ? once : other ? "FILE, or INPUT=FILE for an input of the model" : *wanted;
    files->one = text;
    return first && !other && *text != 0;
}

static int read_argument(Options *options, const AertModel *model, const OptionRow *row,
                         const char *text, AertError *error) {
    char *field = (char *)options + row->field;
    int ok = 1;
    const char *wanted = "";
    switch ((ArgumentKind)row->kind) {
    case FLAG:
        *(int *)(void *)field = 1;
        break;
    case TEXT:
        *(const char **)(void *)field = text;
        ok = *text != 0;
        wanted = "a name that is not empty";
        break;
    case COUNT:
        ok = read_count(text, (int *)(void *)field);
        wanted = "a whole number from 1 to 1000000000";
        break;
    case SEED:
        ok = read_seed(text, (uint64_t *)(void *)field);
        wanted = "a whole number from 0 to 18446744073709551615";
        break;
    case NUMBER:
        ok = read_number(text, (double *)(void *)field);
        wanted = "a number";
        break;
    case FILES:
        ok = read_file((DataFiles *)(void *)field, model, text, &wanted);
        break;
    case SET:
        ok = read_setting(options, text);
        wanted = "NAME=VALUE";
        break;
    }
    if (ok)
        return 0;
    aert_fail(error, "--%s wants %s, not '%s'", row->name, wanted, text);
    return EXIT_USAGE;
}

static int find_command(Options *options, const char *word, AertError *error) {
    for (int i = 0; i < NUM_COMMANDS; i++)
        if (strcmp(word, command_names[i]) == 0) {
            options->command = (CommandId)i;
            options->has_command = 1;
            return 0;
        }
    return unknown(error, "command", word, aert_nearest(word, command_names, NUM_COMMANDS), "");
}

/* The row of an option that this command takes, or NULL with the reason in `error`. */
static const OptionRow *find_option(const Options *options, const char *name, AertError *error) {
    const char *names[NUM_OPTIONS];
    int count = 0;
    bool known = false;
    for (int i = 0; i < NUM_OPTIONS; i++) { /* a name may mean one thing here, another there */
        bool taken = rows[i].commands >> options->command & 1;
        bool same = strcmp(name, rows[i].name) == 0;
        if (taken && same)
            return &rows[i];
        known = known || same;
        if (taken)
            names[count++] = rows[i].name;
    }
    if (known) {
        usage(error, "'%s' takes no --%s", command_names[options->command], name);
        return NULL;
    }
    unknown(error, "option", name, aert_nearest(name, names, count), "--");
    return NULL;
}

/* Reads the option at argv[*at] and moves *at to its last word. */
static int read_option(Options *options, const AertModel *model, int argc, char **argv, int *at,
                       AertError *error) {
    char name[64];
    const char *word = argv[*at] + 2, *equals = strchr(word, '=');
    size_t length = equals ? (size_t)(equals - word) : strlen(word);
    if (length >= sizeof name)
        length = sizeof name - 1;
    memcpy(name, word, length);
    name[length] = 0;
    const OptionRow *row = find_option(options, name, error);
    if (!row)
        return EXIT_USAGE;
    options->given[row - rows] = true;
    if (row->kind == FLAG)
        return equals ? usage(error, "--%s takes no value%s", name, "")
                      : read_argument(options, model, row, "", error);
    if (equals)
        return read_argument(options, model, row, equals + 1, error);
    if (*at + 1 >= argc)
        return usage(error, "--%s wants an argument: %s", name, behind(row->name));
    return read_argument(options, model, row, argv[++*at], error);
}

/* Options that mean nothing without another, and such as are not given together. */
static const struct {
    unsigned commands;
    uint8_t option, other;
    bool excludes;
} pairs[] = {{READERS, OPTION_labels, OPTION_data, false},
             {RECONSTRUCT, OPTION_fit, OPTION_pca, false},
             {SCORE, OPTION_fit, OPTION_quantile, false},
             {SCORE, OPTION_normal, OPTION_data, false},
             {TRAIN, OPTION_valid_labels, OPTION_valid, false},
             {TRAIN, OPTION_only, OPTION_init, false},
             {TRAIN, OPTION_layout, OPTION_init, false},
             {READERS, OPTION_folds, OPTION_fold, false},
             {READERS, OPTION_fold, OPTION_folds, false},
             {READERS, OPTION_split, OPTION_folds, true},
             {TRAIN, OPTION_valid, OPTION_split, true},
             {TRAIN, OPTION_valid, OPTION_folds, true},
             {TRAIN, OPTION_resume, OPTION_force, true},
             {ENCODE, OPTION_projector, OPTION_output, true}};

static int check_together(Options *options, AertError *error) {
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (pairs[i].commands >> options->command & 1 && options->given[pairs[i].option] &&
            options->given[pairs[i].other] == pairs[i].excludes)
            return usage(error,
                         pairs[i].excludes ? "--%s and --%s: give one of them" : "--%s needs --%s",
                         rows[pairs[i].option].name, rows[pairs[i].other].name);
    if (option_given(options, OPTION_quantile) &&
        !(options->quantile > 0 && options->quantile < 1)) {
        aert_fail(error, "--quantile wants a share between 0 and 1, not %g", options->quantile);
        return EXIT_USAGE;
    }
    if (options->layout && strcmp(options->layout, "torch") != 0)
        return usage(error, "--layout wants torch, not '%s'%s", options->layout, "");
    int status = options_parts(options, error);
    return status ? status : options_reading(options, error);
}

int options_parse(Options *options, const AertModel *model, int argc, char **argv,
                  AertError *error) {
    *options = (Options){0};
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            options->help = 1;
    int at = 1;
    if (at < argc && argv[at][0] != '-') {
        int status = find_command(options, argv[at++], error);
        if (status)
            return status;
    }
    if (options->help)
        return 0;
    if (!options->has_command)
        return argc < 2 ? usage(error, "which command? --help lists them%s%s", "", "")
                        : usage(error, "a command comes first, not '%s'; --help lists them%s",
                                argv[1], "");
    for (; at < argc; at++) {
        int status = strncmp(argv[at], "--", 2) == 0 && argv[at][2]
                         ? read_option(options, model, argc, argv, &at, error)
                         : usage(error, "'%s' takes no argument '%s'",
                                 command_names[options->command], argv[at]);
        if (status)
            return status;
    }
    return check_together(options, error);
}

void options_help(const AertModel *model) {
    printf("%s: an autoencoder compiled from %s\n\nUsage: %s COMMAND [options]\n\n", model->name,
           AERT_SHOW(model->source), model->name);
    for (int i = 0; i < NUM_COMMANDS; i++)
        printf("  %-12s %s\n", command_names[i], behind(command_names[i]));
    printf("\n'%s COMMAND --help' lists the options of a command.\n", model->name);
}

static void help_labels(const AertModel *model) {
    for (int i = 0; i < model->inputs; i++)
        if (aert_holds(&model->input[i], AERT_HOLDS_A_CLASS))
            printf("\nThe class of all examples, for --set:\n  %-26s 0 to %d\n",
                   model->input[i].name, model->input[i].classes - 1);
}

static void help_hypers(const AertModel *model) {
    if (!model->hypers && model->stages < 2)
        return;
    printf("\nHypers for --set:\n");
    for (int i = 0; i < model->stages; i++)
        if (model->stage[i].name)
            printf("  %s.epochs%*s %d\n", model->stage[i].name,
                   (int)(strlen(model->stage[i].name) < 19 ? 19 - strlen(model->stage[i].name) : 0),
                   "", model->stage[i].epochs);
    for (int i = 0; i < model->hypers; i++)
        if (model->hyper[i].scheduled)
            printf("  %-26s by its schedule\n", model->hyper[i].name);
        else
            printf("  %-26s %g\n", model->hyper[i].name, model->hyper[i].value);
}

void options_help_command(const AertModel *model, CommandId command) {
    printf("%s %s: %s\n\nUsage: %s %s [options]\n\n", model->name, command_names[command],
           behind(command_names[command]), model->name, command_names[command]);
    for (int i = 0; i < NUM_OPTIONS; i++) {
        if (!(rows[i].commands >> command & 1))
            continue;
        char left[64];
        const char *argument = behind(rows[i].name);
        snprintf(left, sizeof left, "--%s %s", rows[i].name, argument);
        printf("  %-26s %s\n", left, behind(argument));
    }
    printf("  %-26s %s\n", "--help", "this text");
    if (CODES >> command & 1)
        help_labels(model);
    if (rows[OPTION_set].commands >> command & 1)
        help_hypers(model);
}
