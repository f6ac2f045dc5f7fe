/* codes_packed: see codes_packed.h.
 *
 * Example: "vae encode --bits 8" writes codes.aez, "vae info --input codes.aez" says how many bytes
 * an example takes, and "vae decode --input codes.aez" makes reconstructions of it.
 */
#include "codes_packed.h"

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

static void print_packed(const AertPacked *about, const char *path, bool json) {
    const AertModel *model = about->model;
    const double each = (double)about->bytes / (double)about->count;
    char shape[128];
    if (json) {
        say_json("{\"model\": %s, \"codes\": %lld, \"bits\": %d, \"bytes\": %llu, "
                 "\"bytes_example\": %g}\n",
                 model->name, (long long)about->count, about->bits,
                 (unsigned long long)about->bytes, each);
        return;
    }
    say("%lld codes of %s, shape %s, %d bits a number, in %s\n", (long long)about->count,
        model->name, aert_shape_text(model->code_rank, model->code_dim, shape, sizeof shape),
        about->bits, path);
    say("%llu bytes, all counted: %.6g bits an example, %.6g bytes\n",
        (unsigned long long)about->bytes, 8 * each, each);
}

bool encode_packed(Work *work, AertError *error) {
    Session *session = &work->session;
    const Examples *examples = &work->examples;
    AertPacked about = {
        .model = session->model, .bits = session->options->bits, .count = examples->count};
    if (!output_path(work, "codes.aez", error) || !weights_checksum(work, about.weights, error))
        return false;
    float *codes = latent_codes(session, work->entry, examples, NULL, examples->count, error);
    bool fine = codes && aert_packed_write(work->path, &about, codes, error);
    free(codes);
    if (fine)
        print_packed(&about, work->path, false);
    return fine;
}

bool open_packed(AertData *codes, const Work *work, AertError *error) {
    const AertModel *model = work->session.model;
    const Options *options = work->session.options;
    AertPacked about = {.model = model};
    if (!weights_checksum(work, about.weights, error))
        return false;
    const size_t most = unpacked_most(options);
    float *values =
        aert_packed_read(options->input, &about, most ? most : AERT_MOST_UNPACKED, error);
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
    codes->name = aert_copy(options->input, "a file name", error);
    return codes->name != NULL;
}

bool packed_info(const Work *work, AertError *error) {
    const AertModel *model = work->session.model;
    const Options *options = work->session.options;
    AertPacked about = {.model = model};
    if (!has_code(model, error) || !aert_packed_look(options->input, &about, error))
        return false;
    print_packed(&about, options->input, options->json);
    return true;
}
