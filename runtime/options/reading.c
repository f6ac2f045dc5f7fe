/* How files are read, and which of their examples a command sees: what the options say of it that
 * are texts.
 *
 * Its one idea: a run keeps these texts, and one that goes on reads them again, so that they are
 * read here whoever has them.  How data are split is one text made of four options.
 *
 * Example: "--folds 5 --fold 2 --split-by-order" is kept as "fold 2 of 5 by order".
 */
#include "command_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int usage(AertError *error, const char *text) {
    aert_fail(error, "%s", text);
    return EXIT_USAGE;
}

static int wants(AertError *error, const char *what, const char *text) {
    aert_fail(error, "%s, not '%s'", what, text);
    return EXIT_USAGE;
}

int options_parts(Options *options, AertError *error) {
    const char *order = options->split_by_order ? " by order" : "";
    if (!options->split && !options->folds)
        return options->split_by_order || options->part
                   ? usage(error, "--split-by-order and --part go with --split or --folds")
                   : 0;
    if (!option_given(options, OPTION_data) && !options->resume)
        return usage(error, "--split and --folds need --data");
    char folds[64];
    snprintf(folds, sizeof folds, "fold %d of %d", options->fold, options->folds);
    int used = snprintf(options->parts_text, sizeof options->parts_text, "%s%s",
                        options->split ? options->split : folds, order);
    if (used >= (int)sizeof options->parts_text)
        return usage(error, "--split wants two or three shares");
    options->parts = options->parts_text;
    return 0;
}

const char *parts_option(const Options *options) {
    return strncmp(options->parts, "fold", 4) == 0 ? "folds" : "split";
}

static int read_parts(Options *options, AertError *error) {
    static const char *const names[] = {"train", "valid", "test"};
    AertReading *reading = &options->reading;
    AertError why;
    if (options->parts && !aert_parts_parse(&reading->parts, options->parts, &why)) {
        aert_fail(error, "--%s %s", parts_option(options), why.text);
        return EXIT_USAGE;
    }
    reading->part_given = options->part != NULL;
    for (int i = 0; options->part && i < 3; i++)
        if (strcmp(options->part, names[i]) == 0) {
            reading->part = (AertPart)i;
            return 0;
        }
    return options->part ? wants(error, "--part wants train, valid or test", options->part) : 0;
}

int options_reading(Options *options, AertError *error) {
    AertReading *reading = &options->reading;
    const char *resize = options->resize, *stride = options->stride;
    *reading = (AertReading){.columns = options->columns_read, .ignore = options->ignore};
    if (options->csv && !aert_csv_parse(&reading->csv, options->csv, error))
        return EXIT_USAGE;
    if (resize && strcmp(resize, "fit") != 0 && strcmp(resize, "fill") != 0)
        return wants(error, "--resize wants fit or fill", resize);
    if (resize)
        reading->resize = resize[2] == 't' ? AERT_RESIZE_FIT : AERT_RESIZE_FILL;
    char *end = NULL;
    reading->stride = stride ? strtoll(stride, &end, 10) : 0;
    if (stride && (*end || *stride < '1' || *stride > '9' || reading->stride > INT32_MAX))
        return wants(error, "--stride wants a number of moments from 1 on", stride);
    int status = read_parts(options, error);
    reading->to_the_end = reading->parts.count == 0 && (options->command == COMMAND_score ||
                                                        options->command == COMMAND_reconstruct);
    return status;
}
