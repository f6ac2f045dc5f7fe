/* given: what was given on the command line, for whoever asks. */
#include "command_line.h"

bool files_given(const DataFiles *files) {
    bool given = files->one != NULL;
    for (int i = 0; i < AERT_MAX_INPUTS; i++)
        given |= files->of[i] != NULL;
    return given;
}

size_t unpacked_most(const Options *options) {
    return (size_t)options->max_unpacked << 20;
}
