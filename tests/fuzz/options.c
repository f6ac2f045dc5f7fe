/* The command line, a line an argument, and what a model says to it. */
#include "options/command_line.h"
#include "fuzz.h"
#include "options/settings.h"

const char *const fuzz_words[] = {
    "train",          "eval", "walk",       "decode",   "--data", "--set",     "beta=4",
    "first.epochs=2", "lr=",  "--lr",       "--epochs", "=",      "-1",        "1e999",
    "--help",         "\n",   "4294967296", "--axes",   "--json", "--between", "--range",
    "--label-column", NULL};

enum { ARGUMENTS = 64 };

static const AertHyper hypers[] = {{"beta", 1, 0}, {"first.lr", 1e-3, 0}, {"second.lr", 1e-3, 1}};
static const AertStage stages[] = {{"first", 3, 0, 1, "total", AERT_WATCH_EITHER, 0, 0},
                                   {"second", 5, 1, 1, "total", AERT_WATCH_EITHER, 0, 0}};
static const AertModel model = {.abi = AERT_ABI,
                                .name = "fuzz",
                                .source = "fuzz.ae",
                                .hypers = 3,
                                .hyper = hypers,
                                .steps = 2,
                                .stages = 2,
                                .stage = stages};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *argument[ARGUMENTS + 2] = {(char[]){"fuzz"}};
    int count = 1;
    char *text = malloc(size + 1);
    MUST(text);
    memcpy(text, data, size);
    text[size] = 0;
    for (char *at = text; at && count <= ARGUMENTS; count++) {
        argument[count] = at;
        at = strchr(at, '\n');
        if (at)
            *at++ = 0;
    }
    AertError error = {""};
    Options options;
    int status = options_parse(&options, &model, count, argument, &error);
    MUST((status == 0 || status == EXIT_USAGE) && (status == 0) == !error.text[0]);
    if (status == 0) {
        double value;
        int64_t epochs;
        status = settings_check(&model, &options, &error);
        MUST(status == 0 || (status == EXIT_USAGE && error.text[0]));
        for (int i = 0; i < model.hypers; i++)
            settings_value(&model, &options, i, &value);
        for (int i = 0; status == 0 && i < model.stages; i++)
            settings_epochs(&model, &options, i, &epochs);
    }
    free(text);
    return 0;
}
