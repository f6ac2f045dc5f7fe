/* encode and decode: examples to codes, codes to reconstructions.
 *
 * Its one idea: both are a pass over batches that writes as it goes, so that a data set larger than
 * memory can be encoded.
 *
 * Example: "vae encode --output codes.npy" writes (10000, 20); "vae decode --input codes.npy
 * --output back.png"
 */
#include "codes_packed.h"
#include "command.h"
#include "projector.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    CodesFile *file = &writing->file;
    if (pass->codes) {
        file->of = original_of(pass->session->model);
        file->words = restored_words(pass->session);
    } else {
        file->labels = examples_labels(pass->examples);
    }
    if (!codes_file_begin(file, path, pass->count, rank, dims, error))
        return false;
    writing->values =
        aert_allocate((size_t)pass->session->batch * writing->size, sizeof(float), "codes", error);
    bool fine = writing->values && pass_run(pass, write_batch, writing, error);
    free(writing->values);
    if (!fine) {
        codes_file_discard(file);
        return false;
    }
    return codes_file_end(file, error);
}

static bool encode(Work *work, AertError *error) {
    Session *session = &work->session;
    const Examples *examples = &work->examples;
    const AertModel *model = session->model;
    const Options *options = session->options;
    const AertOutput *output = wanted_output(work->entry, "code", error);
    if (!output)
        return false;
    if (options->bits)
        return encode_packed(work, error);
    /* with draws the code may have a sample axis: its shape is the output's own */
    int rank = output->rank - 1;
    const int *dims = output->dim + 1;
    const Pass pass = {
        .session = session, .entry = work->entry, .examples = examples, .count = examples->count};
    Writing writing = {.output = output, .size = output_size(output, 1)};
    if (options->projector)
        snprintf(work->path, sizeof work->path, "%s/vectors.tsv", options->projector);
    if (!(options->projector ? projector_begin(model, options, examples->count, error)
                             : output_path(work, "codes.npy", error)) ||
        !write_array(&pass, &writing, rank, dims, work->path, error) ||
        (options->projector && !projector_end(model, options, examples, writing.size, error)))
        return false;
    char shape[128];
    say("%lld codes of %s, shape %s, in %s\n", (long long)examples->count, model->name,
        aert_shape_text(rank, dims, shape, sizeof shape), work->path);
    return true;
}

bool command_encode(Work *work, AertError *error) {
    const Options *options = work->session.options;
    return has_code(work->session.model, error) &&
           usage_is(work, !options->bits || packed_options(options, error)) &&
           work_open(work, WITH(AERT_ENCODE), error) && wanted_entry(work, AERT_ENCODE, error) &&
           work_load(work, error) && open_counted(work, error) && encode(work, error);
}

/* The codes to decode, as a data set of the shape that the model's code has. */
static bool open_codes(AertData *codes, const Work *work, AertError *error) {
    const AertModel *model = work->session.model;
    const Options *options = work->session.options;
    if (aert_packed_is(options->input))
        return open_packed(codes, work, error);
    AertInput input = {
        .kind = AERT_VECTOR, .name = "code", .rank = model->code_rank, .low = 0, .high = 255};
    for (int i = 0; i < model->code_rank; i++)
        input.dim[i] = model->code_dim[i];
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

static bool decode(Work *work, AertData *codes, AertError *error) {
    Session *session = &work->session;
    const AertModel *model = session->model;
    const char *path = work->path;
    const AertOutput *output = wanted_output(work->entry, "xhat", error);
    if (!output || !open_codes(codes, work, error))
        return false;
    const int64_t count = wanted_count(session->options, INT64_MAX);
    if (count < codes->count)
        codes->count = count;
    const Pass pass = {.session = session,
                       .entry = work->entry,
                       .examples = &work->examples,
                       .codes = codes,
                       .count = codes->count};
    Writing writing = {.output = output, .size = image_size(model)};
    if (!open_beside(work, codes->count, error) ||
        !output_path(work, sheet_name(model, "decoded.txt", "decoded.npy"), error) ||
        !(aert_has_suffix(path, ".png") || aert_has_suffix(path, ".txt")
              ? decode_sheet(&pass, path, error)
              : write_array(&pass, &writing, model->image_rank, model->image_dim, path, error)))
        return false;
    say("%lld reconstructions in %s\n", (long long)codes->count, path);
    return true;
}

bool command_decode(Work *work, AertError *error) {
    AertData codes = {0};
    bool fine = can_decode(work->session.model, error) &&
                usage_is(work, work->session.options->input ||
                                   aert_fail(error, "decode wants the codes: --input FILE")) &&
                work_open(work, WITH(AERT_DECODE), error) &&
                wanted_entry(work, AERT_DECODE, error) && work_load(work, error) &&
                decode(work, &codes, error);
    aert_data_close(&codes);
    return fine;
}
