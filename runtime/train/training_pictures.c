/* Pictures of an epoch: originals over their reconstructions, samples, and codes in the plane.
 *
 * Its one idea: always the same examples and the same draws, so that the pictures of two epochs
 * differ by what was learnt.
 *
 * Example: runs/vae/pictures/reconstructions-0003.png, runs/vae/pictures/samples-0003.png
 */
#include "training.h"
#include "base/base.h"
#include "view/view.h"

#include <stdio.h>
#include <stdlib.h>

enum { RECONSTRUCTIONS = 16, SAMPLES = 64, SCATTERED = 2000 };

static bool write_sheet(Training *training, Sheet *sheet, const char *name, int64_t epoch,
                        AertError *error) {
    char file[64];
    snprintf(file, sizeof file, "pictures/%s-%04lld%s", name, (long long)epoch,
             sheet_name(training->session.model, ".txt", ".png"));
    return sheet_write(sheet, training->session.model, training_path(training, file), error);
}

/* Samples that have no order to be drawn in are left out: `sample` says so. */
static bool write_samples(Training *training, const AertEntry *sample, int64_t epoch,
                          AertError *error) {
    Sheet sheet = {0};
    AertError why;
    bool drawn = sheet_sample(&sheet, &training->session, sample, NULL, SAMPLES, &why);
    bool fine = drawn ? write_sheet(training, &sheet, "samples", epoch, error)
                      : draws_in_order(sample) || aert_fail(error, "%s", why.text);
    sheet_close(&sheet);
    return fine;
}

/* Codes of two axes by label, beside draws of the prior. */
static bool write_scatter(Training *training, const Examples *examples, int64_t epoch,
                          AertError *error) {
    Session *session = &training->session;
    const AertEntry *encoder = encoder_of(session), *prior = prior_of(session);
    const AertData *labels = examples_labels(examples);
    int64_t count = examples->count < SCATTERED ? examples->count : SCATTERED;
    if (!encoder || !labels || code_size(session->model) != 2)
        return true;
    char file[64];
    snprintf(file, sizeof file, "pictures/scatter-%04lld.png", (long long)epoch);
    float *codes = latent_codes(session, encoder, examples, 0, count, error);
    float *drawn = codes && prior ? latent_codes(session, prior, NULL, 0, count, error) : NULL;
    const LatentPicture picture = {codes, drawn, labels, count, 2, {0, 1}};
    bool fine =
        codes && (drawn || !prior) && latent_write(&picture, training_path(training, file), error);
    free(codes);
    free(drawn);
    return fine;
}

bool training_pictures(Training *training, int64_t epoch, AertError *error) {
    Session *session = &training->session;
    const Examples *examples = training->valid.has ? &training->valid : &training->train;
    const AertEntry *noisy = session_entry(session, AERT_RECONSTRUCT, -1, 1);
    const AertEntry *entry = noisy ? noisy : session_entry(session, AERT_RECONSTRUCT, -1, 0);
    const AertEntry *sample = session_entry(session, AERT_SAMPLE, -1, 0);
    if (!session_reads(session, sample, NULL, error))
        sample = NULL; /* of which class? */
    int count = examples->count < RECONSTRUCTIONS ? (int)examples->count : RECONSTRUCTIONS;
    if (!aert_directory_make(training_path(training, "pictures"), error))
        return false;
    Sheet sheet = {0};
    bool fine =
        !entry || (sheet_reconstruct(&sheet, session, entry, examples, NULL, count, error) &&
                   write_sheet(training, &sheet, "reconstructions", epoch, error));
    sheet_close(&sheet);
    fine = fine && (!sample || write_samples(training, sample, epoch, error));
    return fine && write_scatter(training, examples, epoch, error);
}
