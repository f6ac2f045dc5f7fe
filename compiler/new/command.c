/* aecc new DATA [-o model.ae] [--as KIND] [--csv HOW] */
#include "driver/complain.h"
#include "driver/files.h"
#include "new/new.h"

#include <string.h>

enum { STATUS_GOOD = 0, STATUS_WRONG_DATA = 1, STATUS_WRONG_USAGE = 2 };

typedef struct NewOptions {
    const char *data, *output, *as, *csv;
} NewOptions;

static const char usage[] =
    "usage: aecc new DATA [-o model.ae] [--as table|vector|images|recording|counts|texts]\n"
    "                     [--csv HOW]\n"
    "\nLooks at DATA, a table of text, an array, a folder of pictures, counts, texts, and writes "
    "a\n"
    "model for it, with comments and the three commands to run next; without -o to standard "
    "output.\n"
    "--csv says of a table what would be guessed, as it does to the programs: "
    "skip=1,decimal=comma.\n";

static bool read_options(NewOptions *options, Arena *arena, int argc, char **argv) {
    for (int i = 0; i < argc; i++) {
        const struct {
            const char *name;
            const char **value;
        } known[] = {{"-o", &options->output}, {"--as", &options->as}, {"--csv", &options->csv}};
        const char **value = NULL;
        for (int k = 0; k < 3; k++)
            value = strcmp(argv[i], known[k].name) == 0 ? known[k].value : value;
        if (value && i + 1 == argc)
            return complain(arena, "%s wants a value", argv[i]);
        if (value)
            *value = argv[++i];
        else if (*argv[i] == '-' && argv[i][1])
            return complain(arena, "new takes no %s; aecc new --help tells more", argv[i]);
        else if (options->data)
            return complain(arena, "new takes one data set, and these are %s and %s", options->data,
                            argv[i]);
        else
            options->data = argv[i];
    }
    return options->data || complain(arena, "new wants a data set:  aecc new DATA -o model.ae");
}

static bool write_model(Arena *arena, const NewOptions *options, const Sketch *sketch) {
    Text text, next;
    text_open(&text, arena);
    sketch_write(&text, sketch);
    if (!options->output)
        return fputs(text.at, stdout) >= 0;
    if (!output_allowed("-o", options->output, options->data, arena) ||
        !file_write(options->output, text.at, text.length, arena))
        return false;
    text_open(&next, arena);
    sketch_commands(&next, sketch, "  ");
    printf("%s is written.  Next:\n%s", text_visible(arena, options->output), next.at);
    return true;
}

int new_command(Arena *arena, int argc, char **argv) {
    NewOptions options = {0};
    AertLook look;
    AertError error;
    Sketch sketch;
    if (argc == 1 && strcmp(argv[0], "--help") == 0)
        return fputs(usage, stdout), STATUS_GOOD;
    AertCsv csv = {0};
    if (!read_options(&options, arena, argc, argv) ||
        (options.csv && !aert_csv_parse(&csv, options.csv, &error) &&
         !complain(arena, "%s", error.text)))
        return STATUS_WRONG_USAGE;
    const char *column;
    bool good = new_look(&look, &column, arena, options.data, &csv, options.as, &error) ||
                complain(arena, "%s", error.text);
    if (good && look.table.rows) {
        char note[1024];
        if (aert_table_note(&look.table, note, sizeof note))
            fprintf(stderr, "aecc: %s\n", text_visible(arena, note));
    }
    const Sketch said = {.look = &look, .path = options.data, .csv = options.csv};
    good = good && sketch_make(&sketch, arena, &said, column, options.output, options.as) &&
           write_model(arena, &options, &sketch);
    aert_look_close(&look);
    return good ? STATUS_GOOD : STATUS_WRONG_DATA;
}
