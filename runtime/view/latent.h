/* latent: codes in memory, from examples or from the prior, and back to reconstructions. */
#ifndef AERT_LATENT_H
#define AERT_LATENT_H

#include "sheet.h"

/* The entry that encodes without noise and draws, that decodes, that draws codes; or NULL. */
const AertEntry *encoder_of(const Session *session);
const AertEntry *prior_of(const Session *session);

/* Codes (count, code_size) of the examples index[0 … count), or the first `count` where index is
 * NULL, or of the prior where `examples` is NULL; free() them.  NULL on error. */
float *latent_codes(Session *session, const AertEntry *entry, const Examples *examples,
                    const int64_t *index, int64_t count, AertError *error);

/* The codes of all examples, without noise and draws; likewise. */
float *latent_encode(Session *session, const Examples *examples, AertError *error);

/* What the decoder makes of the codes, and of the examples beside them, or NULL: a sheet of one
 * kind. */
bool latent_sheet(Sheet *sheet, Session *session, const Examples *beside, const float *codes,
                  int count, AertError *error);

/* Mean (size) and covariance (size, size) of codes. */
void latent_moments(const float *codes, int64_t count, size_t size, double *mean,
                    double *covariance);

/* The sliced Wasserstein distance between two sets of as many codes: the root of the mean, over 256
 * directions (evenly turned in a plane, drawn uniformly in other spaces), of the mean squared
 * difference between both sets' projections in order.  Negative without memory. */
double latent_distance(const float *a, const float *b, int64_t count, size_t size,
                       AertError *error);

/* Codes as dots, coloured by label where labels are known, beside draws of the prior where there
 * are.  More than two axes: axes[0] and axes[1], or the first principal components where axes[0]
 * is negative. */
typedef struct LatentPicture {
    const float *codes, *prior; /* (count, size); prior may be NULL */
    const AertData *labels;     /* of the examples from number 0, or NULL */
    int64_t count;
    size_t size;
    int axes[2];
} LatentPicture;
bool latent_write(const LatentPicture *picture, const char *path, AertError *error);

#endif
