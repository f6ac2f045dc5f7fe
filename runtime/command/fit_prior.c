/* fit-prior, and sample from what it has fitted.
 *
 * Example: an autoencoder without a prior draws samples all the same: "deep fit-prior --data
 * train.gz" fits ten Gaussians to its codes, and "deep sample" decodes draws from them.
 */
#include "command.h"
#include "fitted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COMPONENTS = 10, SAMPLED = 64 };
static const char NAME[] = "prior.safetensors";

/* --output, or else where sample looks for it. */
static bool fit(Work *work, AertError *error) {
    Session *session = &work->session;
    const Options *options = session->options;
    const Examples *examples = &work->examples;
    char checksum[AERT_CHECKSUM];
    Mixture mixture = {0};
    const int size = (int)code_size(session->model);
    const int components = options->components ? options->components : COMPONENTS;
    if (!examples_of(work, false, error) || !output_path(work, NAME, error) ||
        !weights_checksum(work, checksum, error))
        return false;
    float *codes = latent_encode(session, examples, error);
    bool fine =
        codes &&
        mixture_fit(&mixture, codes, examples->count, size, components, session->seed, error) &&
        aert_prior_write(work->path, session->model, checksum, &mixture, error);
    if (fine)
        say("%d Gaussians on %lld codes of %d numbers: %.6g nats a code after %d rounds, in %s\n",
            components, (long long)examples->count, size, -mixture.likelihood, mixture.rounds,
            work->path);
    mixture_close(&mixture);
    free(codes);
    return fine;
}

bool command_fit_prior(Work *work, AertError *error) {
    return open_encoder(work, 0, error) && fit(work, error);
}

/* ---- sample ---- */

static const char *prior_path(const Session *session, char path[AERT_PATH_BELOW]) {
    session_folder(session->model, session->options, path, AERT_PATH);
    size_t length = strlen(path);
    snprintf(path + length, AERT_PATH_BELOW - length, "/%s", NAME);
    return path;
}

bool fitted_wanted(const Session *session) {
    char path[AERT_PATH_BELOW];
    if (session->options->fitted || !session->model->cannot_sample || session->model->cannot_decode)
        return session->options->fitted;
    return access(prior_path(session, path), R_OK) == 0;
}

/* Decodes `count` draws. */
static bool draw_and_decode(Work *work, const Mixture *mixture, int count, AertError *error) {
    Session *session = &work->session;
    Sheet sheet = {0};
    const size_t size = code_size(session->model);
    if (!plain_entry(work, AERT_DECODE, "'decode'", error))
        return false;
    float *codes = aert_allocate((size_t)count, size * sizeof *codes, "codes", error);
    for (int i = 0; codes && i < count; i++)
        mixture_draw(mixture, session->seed, i, codes + (size_t)i * size);
    bool fine = codes && open_beside(work, count, error) &&
                latent_sheet(&sheet, session, &work->examples, codes, count, error) &&
                write_sheet(work, &sheet, "samples", error);
    sheet_close(&sheet);
    free(codes);
    if (fine)
        say("%d samples of seed %llu, codes from %d fitted Gaussians, in %s\n", count,
            (unsigned long long)session->seed, mixture->components, work->path);
    return fine;
}

bool sample_fitted(Work *work, AertError *error) {
    const Session *session = &work->session;
    const Options *options = session->options;
    Mixture mixture = {0};
    char checksum[AERT_CHECKSUM], path[AERT_PATH_BELOW];
    if (!can_decode(session->model, error))
        return false;
    if (options->known)
        return usage_is(work,
                        aert_fail(error, "--known: %s does not draw one element after another",
                                  session->model->name));
    bool fine =
        work_open(work, WITH(AERT_DECODE), error) && work_load(work, error) &&
        weights_checksum(work, checksum, error) &&
        aert_prior_read(&mixture, prior_path(session, path), session->model, checksum, error) &&
        draw_and_decode(work, &mixture, (int)wanted_count(options, SAMPLED), error);
    mixture_close(&mixture);
    return fine;
}
