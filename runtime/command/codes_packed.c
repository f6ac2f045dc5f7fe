/* codes_packed: see codes_packed.h.
 *
 * Example: "vae encode --bits 8" writes codes.aez, "vae info --input codes.aez" says how many bytes
 * an example takes, and "vae decode --input codes.aez" makes reconstructions of it.
 */
#include "codes_packed.h"
#include "output.h"
#include "base/base.h"
#include "view/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char SUFFIX[] = ".aez";

bool packed_options(const Options *options, AertError *error) {
    if (options->bits > AERT_PACKED_BITS)
        return aert_fail(error, "--bits %d: wanted 1 to %d", options->bits, AERT_PACKED_BITS);
    if (options->projector)
        return aert_fail(error, "--projector writes numbers as they are: leave out --bits");
    if (options->sample)
        return aert_fail(error, "--bits packs the code itself: leave out --sample");
    if (options->output && !aert_has_suffix(options->output, SUFFIX))
        return aert_fail(error, "--output %s: wanted a name in %s where --bits packs the codes",
                         options->output, SUFFIX);
    return true;
}

static double bytes_each(const AertPacked *about) {
    return (double)about->bytes / (double)about->count;
}

static void print_packed(const AertPacked *about, const char *path) {
    char shape[128];
    const AertModel *model = about->model;
    printf("%lld codes of %s, shape %s, %d bits a number, in %s\n", (long long)about->count,
           model->name, aert_shape_text(model->code_rank, model->code_dim, shape, sizeof shape),
           about->bits, AERT_SHOW(path));
    printf("%llu bytes, all counted: %.6g bits an example, %.6g bytes\n",
           (unsigned long long)about->bytes, 8 * bytes_each(about), bytes_each(about));
}

bool encode_packed(Session *session, const AertEntry *entry, const Examples *examples,
                   const char *weights, AertError *error) {
    AertPacked about = {
        .model = session->model, .bits = session->options->bits, .count = examples->count};
    char path[AERT_PATH_BELOW];
    if (!output_path(session, "codes.aez", path, sizeof path, error) ||
        !weights_checksum(session, weights, about.weights, error))
        return false;
    float *codes = latent_codes(session, entry, examples, 0, examples->count, error);
    bool fine = codes && aert_packed_write(path, &about, codes, error);
    free(codes);
    if (fine)
        print_packed(&about, path);
    return fine;
}

bool open_packed(AertData *codes, const Session *session, const char *weights, AertError *error) {
    const AertModel *model = session->model;
    const char *path = session->options->input;
    AertPacked about = {.model = model};
    if (!weights_checksum(session, weights, about.weights, error))
        return false;
    const size_t most = unpacked_most(session->options);
    float *values = aert_packed_read(path, &about, most ? most : AERT_MOST_UNPACKED, error);
    if (!values)
        return false;
    *codes = (AertData){.format = "packed codes",
                        .element = AERT_FLOAT,
                        .count = about.count,
                        .rank = model->code_rank,
                        .size = aert_packed_size(model),
                        .values = values,
                        .memory = values};
    memcpy(codes->dim, model->code_dim, sizeof *codes->dim * (size_t)model->code_rank);
    codes->name = strdup(path);
    return codes->name || aert_fail(error, "out of memory: a file name");
}

bool packed_info(const AertModel *model, const Options *options, AertError *error) {
    AertPacked about = {.model = model};
    if (model->code_rank < 0)
        return aert_fail(error, "%s has no code: no encoder or bottleneck", model->name);
    if (!aert_packed_look(options->input, &about, error))
        return false;
    if (!options->json) {
        print_packed(&about, options->input);
        return true;
    }
    AertJson json = {.to = stdout};
    aert_json_object(&json, NULL);
    aert_json_string(&json, "model", model->name);
    aert_json_count(&json, "codes", (uint64_t)about.count);
    aert_json_count(&json, "bits", (uint64_t)about.bits);
    aert_json_count(&json, "bytes", about.bytes);
    aert_json_number(&json, "bytes_example", bytes_each(&about));
    aert_json_end(&json);
    return true;
}
