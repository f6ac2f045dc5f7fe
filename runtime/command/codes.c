/* encode and decode: examples to codes, codes to reconstructions.
 *
 * Its one idea: both are a pass over batches that writes as it goes, so that a data set larger than
 * memory can be encoded.
 *
 * Example: "vae encode --output codes.npy" writes (10000, 20); "vae decode --input codes.npy
 * --output back.png"
 */
#include "codes.h"
#include "codes_packed.h"
#include "command.h"
#include "projector.h"
#include "base/base.h"
#include "view/view.h"
#include "data/data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CORRUPTED = 1, DRAWN = 2 };

const AertEntry *wanted_entry(const Session *session, AertEntryKind kind, AertError *error) {
    const Options *options = session->options;
    const char *name = session->model->name;
    int variant = (options->corrupt ? CORRUPTED : 0) | (options->sample ? DRAWN : 0);
    const AertEntry *entry = session_entry(session, kind, -1, variant);
    if (entry)
        return entry;
    if (options->corrupt && !session_entry(session, kind, -1, CORRUPTED))
        aert_fail(error, "--corrupt: %s has no noise block that '%s' could turn on", name,
                  command_name(options->command));
    else if (options->sample)
        aert_fail(error, "--sample: %s draws nothing in '%s'", name,
                  command_name(options->command));
    else
        aert_fail(error, "%s has no '%s'", name, command_name(options->command));
    return NULL;
}

int open_encoder(Session *session, const AertModel *model, const Options *options,
                 char weights[AERT_PATH], AertError *error) {
    if (model->code_rank < 0) {
        *session = (Session){0};
        aert_fail(error, "%s has no code: no encoder or bottleneck", model->name);
        return EXIT_FAILED;
    }
    int status = session_open(session, model, model->f32, options, WITH(AERT_ENCODE), error);
    return status ? status : session_load(session, weights, AERT_PATH, error);
}

bool examples_of(Examples *examples, const Session *session, bool marked, AertError *error) {
    ExamplesFrom from = session_data(session, EXAMPLES_TEST);
    from.marked = marked || session->given;
    if (!examples_open(examples, session->model, &from, error))
        return false;
    examples_tell(examples, session->model, session->options);
    return true;
}

bool open_counted(Examples *examples, const Session *session, AertError *error) {
    const Options *options = session->options;
    if (!examples_of(examples, session, true, error))
        return false;
    if (option_given(options, OPTION_count) && options->count < examples->count)
        examples->count = options->count;
    return true;
}

/* An output of all that a pass goes through, written batch by batch. */
typedef struct Writing {
    const AertOutput *output;
    size_t size;   /* reals of one row of the output */
    float *values; /* (batch, size) */
    CodesFile file;
} Writing;

static bool write_batch(const Pass *pass, void *context, const AertBatch *batch, AertError *error) {
    Writing *writing = context;
    if (!copy_output(pass->session, writing->output, batch->rows, writing->size, writing->values,
                     error))
        return false;
    codes_file_write(&writing->file, writing->values, batch->rows);
    return true;
}

/* Writes the output, `rank` axes of lengths `dims` for each example. */
static bool write_array(const Pass *pass, Writing *writing, int rank, const int *dims,
                        const char *path, AertError *error) {
    const AertModel *model = pass->session->model;
    bool codes = pass->codes != NULL;
    int64_t dim[AERT_MAX_RANK + 1] = {pass->count};
    for (int i = 0; i < rank; i++)
        dim[i + 1] = dims[i];
    if (!codes_file_begin(&writing->file, path, rank + 1, dim,
                          codes ? NULL : examples_labels(pass->examples),
                          codes ? &model->input[model->original] : NULL, error))
        return false;
    writing->file.words = codes ? restored_words(pass->session) : NULL;
    writing->values = aert_allocate((size_t)pass->session->batch * writing->size, sizeof(float),
                                    "what is written", error);
    bool fine = writing->values && pass_run(pass, write_batch, writing, error);
    free(writing->values);
    if (!fine) {
        codes_file_discard(&writing->file);
        return false;
    }
    return codes_file_end(&writing->file, error);
}

static bool encode(Session *session, const AertEntry *entry, const Examples *examples,
                   const char *weights, AertError *error) {
    const AertModel *model = session->model;
    char path[AERT_PATH_BELOW];
    int64_t count = examples->count;
    const AertOutput *output = entry_output(entry, "code");
    if (!output)
        return aert_fail(error, "%s does not compute the code", entry->name);
    /* with draws the code may have a sample axis: its shape is the output's own */
    int rank = output->rank - 1;
    const int *dims = output->dim + 1;
    const Pass pass = {.session = session, .entry = entry, .examples = examples, .count = count};
    Writing writing = {.output = output, .size = output_size(output, 1)};
    const char *folder = session->options->projector;
    if (session->options->bits)
        return encode_packed(session, entry, examples, weights, error);
    if (folder && !projector_begin(model, session->options, count, error))
        return false;
    if (folder)
        snprintf(path, sizeof path, "%s/vectors.tsv", folder);
    if ((!folder && !output_path(session, "codes.npy", path, sizeof path, error)) ||
        !write_array(&pass, &writing, rank, dims, path, error) ||
        (folder && !projector_end(model, session->options, examples, count, writing.size, error)))
        return false;
    char shape[128];
    printf("%lld codes of %s, shape %s, in %s\n", (long long)count, model->name,
           aert_shape_text(rank, dims, shape, sizeof shape), AERT_SHOW(path));
    return true;
}

int command_encode(const AertModel *model, const Options *options, AertError *error) {
    Session session;
    Examples examples = {0};
    char weights[AERT_PATH];
    if (model->code_rank < 0) {
        aert_fail(error, "%s has no code: no encoder or bottleneck", model->name);
        return EXIT_FAILED;
    }
    if (options->bits && !packed_options(options, error))
        return EXIT_USAGE;
    int status = session_open(&session, model, model->f32, options, WITH(AERT_ENCODE), error);
    const AertEntry *entry = status ? NULL : wanted_entry(&session, AERT_ENCODE, error);
    if (!status)
        status = entry ? session_load(&session, weights, sizeof weights, error) : EXIT_FAILED;
    if (!status)
        status = open_counted(&examples, &session, error) &&
                         encode(&session, entry, &examples, weights, error)
                     ? EXIT_DONE
                     : EXIT_FAILED;
    examples_close(&examples);
    session_close(&session);
    return status;
}

/* The codes to decode, as a data set of the shape that the model's code has. */
static bool open_codes(AertData *codes, const Session *session, const char *weights,
                       AertError *error) {
    const AertModel *model = session->model;
    if (aert_packed_is(session->options->input))
        return open_packed(codes, session, weights, error);
    AertInput input = {
        .kind = AERT_VECTOR, .name = "code", .rank = model->code_rank, .low = 0, .high = 255};
    for (int i = 0; i < model->code_rank; i++)
        input.dim[i] = model->code_dim[i];
    const Options *options = session->options;
    const AertDataFrom from = {.path = options->input,
                               .column = options->label_column,
                               .most = unpacked_most(options),
                               .how = &options->reading};
    if (!aert_data_open_labelled(codes, NULL, &from, &input, error))
        return false;
    examples_tell_data(codes, model, options);
    return true;
}

/* A picture needs all reconstructions in memory, and texts are few. */
static bool decode_sheet(const Pass *pass, const char *path, AertError *error) {
    Sheet sheet = {0};
    bool fine =
        sheet_decode(&sheet, pass, error) && sheet_write(&sheet, pass->session->model, path, error);
    sheet_close(&sheet);
    return fine;
}

bool open_beside(Examples *beside, const Session *session, const AertEntry *entry, int64_t count,
                 AertError *error) {
    const Options *options = session->options;
    if (files_given(&options->data)) {
        ExamplesFrom from = session_data(session, EXAMPLES_TEST);
        from.beside = true;
        from.may_lack = options->input != NULL; /* the labels beside the codes */
        if (!session->reads)
            return aert_fail(error, "%s reads no data here: leave out --data",
                             session->model->name);
        if (!examples_open(beside, session->model, &from, error))
            return false;
        examples_tell(beside, session->model, options);
        if (beside->count < count)
            return aert_fail(error, "%s has %lld examples, and %lld are to be made",
                             examples_name(beside), (long long)beside->count, (long long)count);
    }
    return session_reads(session, entry, beside, error);
}

static bool decode(Session *session, const AertEntry *entry, AertData *codes, Examples *beside,
                   const char *weights, AertError *error) {
    const AertModel *model = session->model;
    char path[AERT_PATH_BELOW];
    const AertOutput *output = entry_output(entry, "xhat");
    if (!output)
        return aert_fail(error, "%s does not compute the reconstruction", entry->name);
    if (!open_codes(codes, session, weights, error))
        return false;
    if (option_given(session->options, OPTION_count) && session->options->count < codes->count)
        codes->count = session->options->count;
    if (!open_beside(beside, session, entry, codes->count, error))
        return false;
    const Pass pass = {.session = session,
                       .entry = entry,
                       .examples = beside,
                       .codes = codes,
                       .count = codes->count};
    Writing writing = {.output = output, .size = image_size(model)};
    if (!output_path(session, sheet_name(model, "decoded.txt", "decoded.npy"), path, sizeof path,
                     error) ||
        !(aert_has_suffix(path, ".png") || aert_has_suffix(path, ".txt")
              ? decode_sheet(&pass, path, error)
              : write_array(&pass, &writing, model->image_rank, model->image_dim, path, error)))
        return false;
    printf("%lld reconstructions in %s\n", (long long)codes->count, AERT_SHOW(path));
    return true;
}

int command_decode(const AertModel *model, const Options *options, AertError *error) {
    Session session;
    AertData codes = {0};
    Examples beside = {0};
    char weights[AERT_PATH];
    if (model->cannot_decode) {
        aert_fail(error, "cannot decode: %s", model->cannot_decode);
        return EXIT_FAILED;
    }
    if (!options->input) {
        aert_fail(error, "decode wants the codes: --input FILE");
        return EXIT_USAGE;
    }
    int status = session_open(&session, model, model->f32, options, WITH(AERT_DECODE), error);
    const AertEntry *entry = status ? NULL : wanted_entry(&session, AERT_DECODE, error);
    if (!status)
        status = entry ? session_load(&session, weights, sizeof weights, error) : EXIT_FAILED;
    if (!status)
        status = decode(&session, entry, &codes, &beside, weights, error) ? EXIT_DONE : EXIT_FAILED;
    aert_data_close(&codes);
    examples_close(&beside);
    session_close(&session);
    return status;
}
