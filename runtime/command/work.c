/* work: see work.h. */
#include "work.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { CORRUPTED = 1, DRAWN = 2 };

bool work_open(Work *work, unsigned kinds, AertError *error) {
    Session *session = &work->session;
    const AertModel *model = session->model;
    work->status = session_open(session, model, kinds & IN_DOUBLE ? model->f64 : model->f32,
                                session->options, kinds, error);
    return work->status == EXIT_DONE;
}

bool work_load(Work *work, AertError *error) {
    work->status = session_load(&work->session, work->weights, sizeof work->weights, error);
    return work->status == EXIT_DONE;
}

bool usage_is(Work *work, bool fine) {
    if (!fine)
        work->status = EXIT_USAGE;
    return fine;
}

/* ---- entries ---- */

bool plain_entry(Work *work, AertEntryKind kind, const char *what, AertError *error) {
    work->entry = session_entry(&work->session, kind, -1, 0);
    return work->entry || aert_fail(error, "%s has no %s", work->session.model->name, what);
}

bool wanted_entry(Work *work, AertEntryKind kind, AertError *error) {
    const Session *session = &work->session;
    const Options *options = session->options;
    const char *name = session->model->name, *command = command_name(options->command);
    int variant = (options->corrupt ? CORRUPTED : 0) | (options->sample ? DRAWN : 0);
    work->entry = session_entry(session, kind, -1, variant);
    if (work->entry)
        return true;
    if (options->corrupt && !session_entry(session, kind, -1, CORRUPTED))
        return aert_fail(error, "--corrupt: %s has no noise block that '%s' could turn on", name,
                         command);
    return options->sample ? aert_fail(error, "--sample: %s draws nothing in '%s'", name, command)
                           : aert_fail(error, "%s has no '%s'", name, command);
}

bool has_code(const AertModel *model, AertError *error) {
    return model->code_rank >= 0 ||
           aert_fail(error, "%s has no code: no encoder or bottleneck", model->name);
}

bool can_decode(const AertModel *model, AertError *error) {
    return !model->cannot_decode || aert_fail(error, "cannot decode: %s", model->cannot_decode);
}

bool open_encoder(Work *work, unsigned kinds, AertError *error) {
    return has_code(work->session.model, error) &&
           work_open(work, WITH(AERT_ENCODE) | kinds, error) && work_load(work, error);
}

/* ---- examples ---- */

bool open_examples(Examples *examples, const Session *session, const ExamplesFrom *from,
                   AertError *error) {
    bool fine = examples_open(examples, session->model, from, error);
    if (fine)
        examples_tell(examples, session->model, session->options);
    return fine;
}

bool examples_of(Work *work, bool marked, AertError *error) {
    ExamplesFrom from = session_data(&work->session, EXAMPLES_TEST);
    from.marked = marked || work->session.given;
    return open_examples(&work->examples, &work->session, &from, error);
}

int64_t wanted_count(const Options *options, int64_t other) {
    return options->count ? options->count : other;
}

bool open_counted(Work *work, AertError *error) {
    if (!examples_of(work, true, error))
        return false;
    int64_t count = wanted_count(work->session.options, INT64_MAX);
    if (count < work->examples.count)
        work->examples.count = count;
    return true;
}

bool open_beside(Work *work, int64_t count, AertError *error) {
    const Session *session = &work->session;
    const Options *options = session->options;
    Examples *beside = &work->examples;
    if (files_given(&options->data)) {
        ExamplesFrom from = session_data(session, EXAMPLES_TEST);
        from.beside = true;
        from.may_lack = options->input != NULL; /* the labels beside the codes */
        if (!session->reads)
            return aert_fail(error, "%s reads no data here: leave out --data",
                             session->model->name);
        if (!open_examples(beside, session, &from, error))
            return false;
        if (beside->count < count)
            return aert_fail(error, "%s has %lld examples, and %lld are to be made",
                             examples_name(beside), (long long)beside->count, (long long)count);
    }
    return session_reads(session, work->entry, beside, error);
}

/* ---- files ---- */

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

bool folder_path(const Session *session, const char *name, char path[AERT_PATH_BELOW],
                 AertError *error) {
    session_folder(session->model, session->options, path, AERT_PATH);
    if (!aert_directory_make(path, error))
        return false;
    size_t length = strlen(path);
    snprintf(path + length, AERT_PATH_BELOW - length, "/%s", name);
    return true;
}

bool output_path(Work *work, const char *name, AertError *error) {
    const Session *session = &work->session;
    const char *output = session->options->output;
    if (output ? is_read(session->options, error) : !folder_path(session, name, work->path, error))
        return false;
    if (output)
        snprintf(work->path, sizeof work->path, "%s", output);
    aert_file_clear(work->path);
    return true;
}

bool write_sheet(Work *work, const Sheet *sheet, const char *name, AertError *error) {
    const AertModel *model = work->session.model;
    char file[64];
    snprintf(file, sizeof file, "%s.%s", name, sheet_name(model, "txt", "png"));
    return output_path(work, file, error) && sheet_write(sheet, model, work->path, error);
}

bool weights_checksum(const Work *work, char checksum[AERT_CHECKSUM], AertError *error) {
    AertSafetensors file;
    AertLayout layout = session_layout(work->session.options);
    if (!aert_weights_open(&file, work->weights, layout, error))
        return false;
    const char *found = aert_safetensors_meta(&file, "crc32");
    snprintf(checksum, AERT_CHECKSUM, "%s", found ? found : "");
    aert_safetensors_close(&file);
    return true;
}
