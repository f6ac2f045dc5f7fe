/* fit-prior, and sample from what it has fitted.
 *
 * Example: an autoencoder without a prior draws samples all the same: "deep fit-prior --data
 * train.gz" fits ten Gaussians to its codes, and "deep sample" decodes draws from them.
 */
#include "codes.h"
#include "command.h"
#include "fitted.h"
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { COMPONENTS = 10, SAMPLED = 64 };
static const char NAME[] = "prior.safetensors";

/* --output, or else where sample looks for it. */
static bool fit(Session *session, Examples *examples, const char *weights, AertError *error) {
    const AertModel *model = session->model;
    const Options *options = session->options;
    char path[AERT_PATH_BELOW], checksum[AERT_CHECKSUM];
    Mixture mixture = {0};
    const int size = (int)code_size(model);
    const int components =
        option_given(options, OPTION_components) ? options->components : COMPONENTS;
    if (!examples_of(examples, session, false, error) ||
        !output_path(session, NAME, path, sizeof path, error) ||
        !weights_checksum(session, weights, checksum, error))
        return false;
    float *codes = latent_codes(session, encoder_of(session), examples, 0, examples->count, error);
    bool fine =
        codes &&
        mixture_fit(&mixture, codes, examples->count, size, components, session->seed, error) &&
        aert_prior_write(path, model, checksum, &mixture, error);
    if (fine)
        printf(
            "%d Gaussians on %lld codes of %d numbers: %.6g nats a code after %d rounds, in %s\n",
            components, (long long)examples->count, size, -mixture.likelihood, mixture.rounds,
            AERT_SHOW(path));
    mixture_close(&mixture);
    free(codes);
    return fine;
}

int command_fit_prior(const AertModel *model, const Options *options, AertError *error) {
    Session session;
    Examples examples = {0};
    char weights[AERT_PATH];
    int status = open_encoder(&session, model, options, weights, error);
    if (!status)
        status = fit(&session, &examples, weights, error) ? EXIT_DONE : EXIT_FAILED;
    examples_close(&examples);
    session_close(&session);
    return status;
}

/* ---- sample ---- */

static char *prior_path(const AertModel *model, const Options *options, AertError *error) {
    char folder[AERT_PATH];
    return aert_path_join(session_folder(model, options, folder, sizeof folder), NAME, error);
}

bool fitted_wanted(const AertModel *model, const Options *options) {
    AertError unknown;
    if (options->fitted || !model->cannot_sample || model->cannot_decode)
        return options->fitted;
    char *path = prior_path(model, options, &unknown);
    bool there = path && access(path, R_OK) == 0;
    free(path);
    return there;
}

/* Decodes `count` draws. */
static bool draw_and_decode(Session *session, const Mixture *mixture, Examples *beside, int count,
                            AertError *error) {
    const AertModel *model = session->model;
    const AertEntry *entry = session_entry(session, AERT_DECODE, -1, 0);
    char path[AERT_PATH_BELOW];
    Sheet sheet = {0};
    const size_t size = code_size(model);
    if (!entry || !entry_output(entry, "xhat"))
        return aert_fail(error, "%s has no 'decode'", model->name);
    float *codes = aert_allocate((size_t)count, size * sizeof *codes, "codes", error);
    for (int i = 0; codes && i < count; i++)
        mixture_draw(mixture, session->seed, i, codes + (size_t)i * size);
    const AertData data = {.element = AERT_FLOAT, .count = count, .size = size, .values = codes};
    const Pass pass = {
        .session = session, .entry = entry, .examples = beside, .codes = &data, .count = count};
    bool fine = codes && open_beside(beside, session, entry, count, error) &&
                sheet_decode(&sheet, &pass, error) &&
                output_path(session, "samples.png", path, sizeof path, error) &&
                sheet_write(&sheet, model, path, error);
    sheet_close(&sheet);
    free(codes);
    if (fine)
        printf("%d samples of seed %llu, codes from %d fitted Gaussians, in %s\n", count,
               (unsigned long long)session->seed, mixture->components, AERT_SHOW(path));
    return fine;
}

int sample_fitted(const AertModel *model, const Options *options, AertError *error) {
    Session session;
    Examples beside = {0};
    Mixture mixture = {0};
    char weights[AERT_PATH], checksum[AERT_CHECKSUM];
    if (model->cannot_decode) {
        aert_fail(error, "cannot decode: %s", model->cannot_decode);
        return EXIT_FAILED;
    }
    if (option_given(options, OPTION_known)) {
        aert_fail(error, "--known: %s does not draw one element after another", model->name);
        return EXIT_USAGE;
    }
    int status = session_open(&session, model, model->f32, options, WITH(AERT_DECODE), error);
    char *path = status ? NULL : prior_path(model, options, error);
    if (!status)
        status = path ? session_load(&session, weights, sizeof weights, error) : EXIT_FAILED;
    const int count = option_given(options, OPTION_count) ? options->count : SAMPLED;
    if (!status)
        status = weights_checksum(&session, weights, checksum, error) &&
                         aert_prior_read(&mixture, path, model, checksum, error) &&
                         draw_and_decode(&session, &mixture, &beside, count, error)
                     ? EXIT_DONE
                     : EXIT_FAILED;
    mixture_close(&mixture);
    examples_close(&beside);
    free(path);
    session_close(&session);
    return status;
}
