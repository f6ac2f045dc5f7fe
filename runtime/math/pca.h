/* pca: exact principal components of rows that come a chunk at a time.
 *
 *     pca_begin(&pca, 784, error);
 *     … pca_add(&pca, rows, 512);        // (512, 784)
 *     pca_end(&pca, 30, error);          // mean, and 30 axes by falling variance
 *     pca_project(&pca, rows, 512, coordinates);   pca_restore(&pca, coordinates, 512, rows);
 *     pca_close(&pca);
 *
 * The covariance is summed in double, its eigenvectors are found by the LAPACK inside OpenBLAS.
 */
#ifndef AERT_PCA_H
#define AERT_PCA_H

#include "base/base.h"

#include <stdint.h>

typedef struct Pca {
    int size, kept;
    int64_t count;
    double *shift;      /* (size): about the mean, so that sums keep their digits */
    double *mean;       /* (size) */
    double *covariance; /* (size, size), its upper triangle; gone after pca_end */
    double *axis;       /* (kept, size), each of length 1 */
    double *variance;   /* (size), of which `kept` are set: along each */
} Pca;

bool pca_begin(Pca *pca, int size, AertError *error);

/* Adds `count` rows, and leaves them shifted. */
void pca_add(Pca *pca, double *rows, int count);

/* At most `size` axes are kept. */
bool pca_end(Pca *pca, int kept, AertError *error);

/* Rows (count, size), which lose their mean, to coordinates (count, kept), and back. */
void pca_project(const Pca *pca, double *rows, int count, double *coordinates);
void pca_restore(const Pca *pca, const double *coordinates, int count, double *rows);
void pca_close(Pca *pca);

#endif
