/* pca: see pca.h.  The largest eigenvectors only are computed, by dsyevr; each points to where its
 * greatest element is positive, so that a picture looks the same every time. */
#include "pca.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* From cblas.h and LAPACK; Fortran passes the lengths of texts behind the arguments. */
enum { ROW_MAJOR = 101, PLAIN = 111, TRANSPOSED = 112, UPPER = 121 };
void cblas_dsyrk(int order, int uplo, int trans, int n, int k, double alpha, const double *a,
                 int lda, double beta, double *c, int ldc);
void cblas_dgemm(int order, int ta, int tb, int m, int n, int k, double alpha, const double *a,
                 int lda, const double *b, int ldb, double beta, double *c, int ldc);
void dsyevr_(const char *job, const char *range, const char *uplo, const int *n, double *a,
             const int *lda, const double *low, const double *high, const int *first,
             const int *last, const double *tolerance, int *found, double *value, double *vector,
             const int *ldz, int *support, double *work, const int *works, int *whole,
             const int *wholes, int *info, size_t job_length, size_t range_length,
             size_t uplo_length);

bool pca_begin(Pca *pca, int size, AertError *error) {
    size_t n = (size_t)size;
    *pca = (Pca){.size = size};
    pca->mean = aert_allocate(n, 3 * sizeof(double), "eigenvectors", error);
    pca->covariance = aert_allocate(n, n * sizeof(double), "eigenvectors", error);
    if (!pca->mean || !pca->covariance)
        return false;
    pca->shift = pca->mean + n;
    pca->variance = pca->shift + n;
    return true;
}

void pca_close(Pca *pca) {
    free(pca->mean); /* and what lies behind it */
    free(pca->covariance);
    free(pca->axis);
    *pca = (Pca){0};
}

/* rows -= from, for each of them */
static void subtract(double *rows, int count, size_t n, const double *from) {
    for (int r = 0; r < count; r++, rows += n)
        for (size_t i = 0; i < n; i++)
            rows[i] -= from[i];
}

static void add_up(const double *rows, int count, size_t n, double *sum) {
    for (int r = 0; r < count; r++, rows += n)
        for (size_t i = 0; i < n; i++)
            sum[i] += rows[i];
}

void pca_add(Pca *pca, double *rows, int count) {
    size_t n = (size_t)pca->size;
    if (pca->count == 0) {
        add_up(rows, count, n, pca->shift);
        for (size_t i = 0; i < n; i++)
            pca->shift[i] /= count;
    }
    subtract(rows, count, n, pca->shift);
    add_up(rows, count, n, pca->mean);
    cblas_dsyrk(ROW_MAJOR, UPPER, TRANSPOSED, pca->size, count, 1, rows, pca->size, 1,
                pca->covariance, pca->size);
    pca->count += count;
}

/* Sums become mean and covariance. */
static void finish_sums(Pca *pca) {
    size_t n = (size_t)pca->size;
    double count = (double)pca->count;
    for (size_t i = 0; i < n; i++)
        pca->mean[i] /= count;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            pca->covariance[i * n + j] =
                pca->covariance[i * n + j] / count - pca->mean[i] * pca->mean[j];
    for (size_t i = 0; i < n; i++)
        pca->mean[i] += pca->shift[i];
}

/* Numbers of work that dsyevr wants for each row: 26 at least, and some more to be fast.  Whole
 * ones, and those in which it says which elements of an eigenvector are not 0. */
enum { WORK = 64, WHOLE = 10, SUPPORT = 2 };

/* The eigenvectors of the `kept` largest eigenvalues, by rising value. */
static bool decompose(Pca *pca, AertError *error) {
    const int n = pca->size, first = n - pca->kept + 1, works = WORK * n, wholes = WHOLE * n;
    const double none = 0;
    int found = 0, info = 0;
    double *work = aert_allocate((size_t)n, WORK * sizeof *work, "eigenvectors", error);
    int *whole = aert_allocate((size_t)n, (WHOLE + SUPPORT) * sizeof *whole, "eigenvectors", error);
    bool fine = work && whole;
    /* What is the upper triangle of rows is the lower one of Fortran's columns. */
    if (fine)
        dsyevr_("V", "I", "L", &n, pca->covariance, &n, &none, &none, &first, &n, &none, &found,
                pca->variance, pca->axis, &n, whole + wholes, work, &works, whole, &wholes, &info,
                1, 1, 1);
    if (fine && (info != 0 || found != pca->kept))
        fine = aert_fail(error, "the principal components cannot be found: dsyevr says %d", info);
    free(work);
    free(whole);
    return fine;
}

static void swap(double *a, double *b, size_t count) {
    for (size_t i = 0; i < count; i++) {
        double kept = a[i];
        a[i] = b[i];
        b[i] = kept;
    }
}

static void orient(double *axis, size_t n) {
    size_t most = 0;
    for (size_t i = 1; i < n; i++)
        if (fabs(axis[i]) > fabs(axis[most]))
            most = i;
    double sign = axis[most] < 0 ? -1 : 1;
    for (size_t i = 0; i < n; i++)
        axis[i] *= sign;
}

bool pca_end(Pca *pca, int kept, AertError *error) {
    size_t n = (size_t)pca->size;
    pca->kept = kept < pca->size ? kept : pca->size;
    pca->axis = aert_allocate((size_t)pca->kept, n * sizeof(double), "eigenvectors", error);
    if (!pca->axis)
        return false;
    finish_sums(pca);
    if (!decompose(pca, error))
        return false;
    for (int i = 0, k = pca->kept - 1; i < k; i++, k--) {
        swap(pca->axis + (size_t)i * n, pca->axis + (size_t)k * n, n);
        swap(pca->variance + i, pca->variance + k, 1);
    }
    for (int i = 0; i < pca->kept; i++)
        orient(pca->axis + (size_t)i * n, n);
    free(pca->covariance);
    pca->covariance = NULL;
    return true;
}

void pca_project(const Pca *pca, double *rows, int count, double *coordinates) {
    subtract(rows, count, (size_t)pca->size, pca->mean);
    cblas_dgemm(ROW_MAJOR, PLAIN, TRANSPOSED, count, pca->kept, pca->size, 1, rows, pca->size,
                pca->axis, pca->size, 0, coordinates, pca->kept);
}

void pca_restore(const Pca *pca, const double *coordinates, int count, double *rows) {
    size_t n = (size_t)pca->size;
    for (int r = 0; r < count; r++)
        memcpy(rows + (size_t)r * n, pca->mean, n * sizeof *rows);
    cblas_dgemm(ROW_MAJOR, PLAIN, PLAIN, count, pca->size, pca->kept, 1, coordinates, pca->kept,
                pca->axis, pca->size, 1, rows, pca->size);
}
