/* output: see output.h. */
#include "output.h"
#include "base/base.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Is the file to write one of those that are read? */
static bool is_read(const Options *options, AertError *error) {
    enum { OTHERS = 10, SETS = 3 };
    const char *read[OTHERS + SETS * AERT_MAX_INPUTS] = {
        options->data.one, options->labels,    options->input,  options->weights,
        options->fit.one,  options->query.one, options->titles, options->query_titles,
        options->tags,     options->query_tags};
    const DataFiles *sets[SETS] = {&options->data, &options->fit, &options->query};
    struct stat out, in;
    for (int i = 0; i < SETS; i++)
        memcpy(read + OTHERS + i * AERT_MAX_INPUTS, sets[i]->of, sizeof sets[i]->of);
    for (size_t i = 0; i < sizeof read / sizeof read[0]; i++)
        if (read[i] && stat(options->output, &out) == 0 && stat(read[i], &in) == 0 &&
            out.st_dev == in.st_dev && out.st_ino == in.st_ino)
            return !aert_fail(error, "--output %s would overwrite %s", options->output, read[i]);
    return false;
}

const char *output_path(const Session *session, const char *name, char *path, size_t size,
                        AertError *error) {
    char folder[AERT_PATH];
    if (session->options->output) {
        if (is_read(session->options, error))
            return NULL;
        snprintf(path, size, "%s", session->options->output);
    } else {
        session_folder(session->model, session->options, folder, sizeof folder);
        snprintf(path, size, "%s/%s", folder, name);
        if (!aert_directory_make(folder, error))
            return NULL;
    }
    aert_file_clear(path);
    return path;
}

bool weights_checksum(const Session *session, const char *path, char checksum[AERT_CHECKSUM],
                      AertError *error) {
    AertSafetensors file;
    if (!aert_weights_open(&file, path, session_layout(session->options), error))
        return false;
    const char *found = aert_safetensors_meta(&file, "crc32");
    snprintf(checksum, AERT_CHECKSUM, "%s", found ? found : "");
    aert_safetensors_close(&file);
    return true;
}
