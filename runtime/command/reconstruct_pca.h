/* reconstruct_pca: exact PCA of the code's size beside a model, as a yardstick. */
#ifndef AERT_RECONSTRUCT_PCA_H
#define AERT_RECONSTRUCT_PCA_H

#include "math/math.h"
#include "work.h"

/* Errors over a data set: the mean over its examples of the sum of squared differences, in the
 * units of the model, without gaps. */
typedef struct Errors {
    int64_t examples, fitted; /* numbers of examples (fitted 0: no PCA) */
    double model, noisy, pca;
    bool has_noisy;
    bool right;     /* of a class: the shares that are right instead */
    double *column; /* by column of a table: the root of the mean square, in the data's units; or
                       NULL; free() it */
} Errors;

/* Fits on --fit, batch by batch; without it and without --data on the built-in examples of
 * training.
 */
bool fit_pca(Pca *pca, Session *session, int64_t *fitted, AertError *error);

/* Adds what PCA makes of the sheet's first kind behind the model's reconstruction. */
bool sheet_add_pca(Sheet *sheet, const Pca *pca, AertError *error);

/* Measures over all examples; pca may be NULL. */
bool measure_errors(Errors *errors, Work *work, const Pca *pca, AertError *error);

#endif
