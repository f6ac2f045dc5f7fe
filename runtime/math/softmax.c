/* softmax: see softmax.h.  Of whitened rows the curvature is at most 1/2 in every direction, which
 * gives the length of a step. */
#include "softmax.h"
#include "mixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* From cblas.h. */
enum { ROW_MAJOR = 101, PLAIN = 111, TRANSPOSED = 112, LOWER = 122, ANY = 131, RIGHT = 142 };
void cblas_dgemm(int order, int ta, int tb, int m, int n, int k, double alpha, const double *a,
                 int lda, const double *b, int ldb, double beta, double *c, int ldc);
void cblas_dtrsm(int order, int side, int uplo, int trans, int diag, int m, int n, double alpha,
                 const double *a, int lda, double *b, int ldb);

enum { CHUNK = 512, ROUNDS = 1000 };
static const double PENALTY = 1e-4, FLAT = 1e-6, STEP = 2 / (1 + 2e-4);

typedef struct Fit {
    const float *rows;
    const int *class;
    int64_t count;
    int size, classes, wide; /* wide: size + 1, the bias's row of ones included */
    Mixture moments;         /* one Gaussian: rows are whitened by its mean and its root */
    double *chunk;           /* (CHUNK, wide): whitened rows and a 1 */
    double *part;            /* (CHUNK, classes): logits, then p - 1 of the class */
    double *at, *before, *slope, *ahead; /* (classes, wide) */
} Fit;

static bool fit_open(Fit *f, AertError *error) {
    const size_t wide = (size_t)f->wide, k = (size_t)f->classes;
    f->chunk =
        aert_allocate(CHUNK * (wide + k) + 4 * k * wide, sizeof(double), "a classifier", error);
    if (!f->chunk)
        return false;
    f->part = f->chunk + CHUNK * wide;
    f->at = f->part + CHUNK * k;
    f->before = f->at + k * wide;
    f->slope = f->before + k * wide;
    f->ahead = f->slope + k * wide;
    return true;
}

static void fit_close(Fit *f) {
    mixture_close(&f->moments);
    free(f->chunk); /* and all behind it */
}

static int least(int64_t a, int b) {
    return a < b ? (int)a : b;
}

/* f->chunk (count, wide) = rows from `first` on less the mean, and a 1. */
static void center(const Fit *f, int64_t first, int count) {
    for (int i = 0; i < count; i++) {
        const float *row = f->rows + (size_t)(first + i) * (size_t)f->size;
        double *to = f->chunk + (size_t)i * (size_t)f->wide;
        for (int j = 0; j < f->size; j++)
            to[j] = (double)row[j] - f->moments.mean[j];
        to[f->size] = 1;
    }
}

static void whiten(const Fit *f, int64_t first, int count) {
    center(f, first, count);
    cblas_dtrsm(ROW_MAJOR, RIGHT, LOWER, TRANSPOSED, ANY, count, f->size, 1, f->moments.root,
                f->size, f->chunk, f->wide);
}

/* Logits become p, less 1 at the class.  Returns the sum of -log p(class). */
static double probabilities(const Fit *f, int64_t first, int count) {
    double loss = 0;
    for (int i = 0; i < count; i++) {
        double *part = f->part + (size_t)i * (size_t)f->classes, most = part[0], sum = 0;
        const int class = f->class[first + i];
        for (int c = 1; c < f->classes; c++)
            most = part[c] > most ? part[c] : most;
        loss -= part[class] - most;
        for (int c = 0; c < f->classes; c++)
            sum += part[c] = exp(part[c] - most);
        loss += log(sum);
        for (int c = 0; c < f->classes; c++)
            part[c] /= sum;
        part[class] -= 1;
    }
    return loss;
}

/* The slope at f->ahead, and the mean of -log p there. */
static double find_slope(const Fit *f) {
    const int wide = f->wide, k = f->classes;
    double loss = 0;
    for (int c = 0; c < k; c++)
        for (int j = 0; j < wide; j++) /* a bias is free */
            f->slope[c * wide + j] = j < f->size ? PENALTY * f->ahead[c * wide + j] : 0;
    for (int64_t i = 0; i < f->count; i += CHUNK) {
        const int count = least(f->count - i, CHUNK);
        whiten(f, i, count);
        cblas_dgemm(ROW_MAJOR, PLAIN, TRANSPOSED, count, k, wide, 1, f->chunk, wide, f->ahead, wide,
                    0, f->part, k);
        loss += probabilities(f, i, count);
        cblas_dgemm(ROW_MAJOR, TRANSPOSED, PLAIN, k, wide, count, 1 / (double)f->count, f->part, k,
                    f->chunk, wide, 1, f->slope, wide);
    }
    return loss / (double)f->count;
}

/* Steps down with momentum, which a step uphill ends. */
static void descend(Fit *f, Softmax *softmax) {
    const size_t size = (size_t)f->classes * (size_t)f->wide;
    double momentum = 1;
    for (softmax->rounds = 0; softmax->rounds < ROUNDS; softmax->rounds++) {
        double steepest = 0, uphill = 0;
        softmax->loss = find_slope(f);
        for (size_t i = 0; i < size; i++) {
            f->before[i] = f->at[i];
            f->at[i] = f->ahead[i] - STEP * f->slope[i];
            steepest = fabs(f->slope[i]) > steepest ? fabs(f->slope[i]) : steepest;
            uphill += f->slope[i] * (f->at[i] - f->before[i]);
        }
        if (steepest < FLAT)
            return;
        const double next = uphill > 0 ? 1 : (1 + sqrt(1 + 4 * momentum * momentum)) / 2;
        const double further = uphill > 0 ? 0 : (momentum - 1) / next;
        for (size_t i = 0; i < size; i++)
            f->ahead[i] = f->at[i] + further * (f->at[i] - f->before[i]);
        momentum = next;
    }
}

/* From weights of whitened rows to those of rows as they are: w^T L^-1 (x - mean). */
static void unwhiten(const Fit *f, Softmax *softmax) {
    const int n = f->size, wide = f->wide;
    memcpy(softmax->weight, f->ahead, sizeof(double) * (size_t)f->classes * (size_t)wide);
    cblas_dtrsm(ROW_MAJOR, RIGHT, LOWER, PLAIN, ANY, f->classes, n, 1, f->moments.root, n,
                softmax->weight, wide);
    for (int c = 0; c < f->classes; c++)
        for (int j = 0; j < n; j++)
            softmax->weight[c * wide + n] -= softmax->weight[c * wide + j] * f->moments.mean[j];
}

bool softmax_fit(Softmax *softmax, const float *rows, const int *class, int64_t count, int size,
                 int classes, AertError *error) {
    Fit fit = {.rows = rows,
               .class = class,
               .count = count,
               .size = size,
               .classes = classes,
               .wide = size + 1};
    *softmax = (Softmax){.size = size, .classes = classes};
    softmax->weight =
        aert_allocate((size_t)classes * ((size_t)size + 1), sizeof(double), "a classifier", error);
    bool fine = softmax->weight && fit_open(&fit, error) &&
                mixture_fit(&fit.moments, rows, count, size, 1, 0, error);
    if (fine) {
        descend(&fit, softmax);
        unwhiten(&fit, softmax);
    }
    fit_close(&fit);
    return fine;
}

int softmax_class(const Softmax *softmax, const float *row) {
    int best = 0;
    double most = -INFINITY;
    for (int c = 0; c < softmax->classes; c++) {
        const double *weight = softmax->weight + (size_t)c * ((size_t)softmax->size + 1);
        double sum = weight[softmax->size];
        for (int j = 0; j < softmax->size; j++)
            sum += weight[j] * (double)row[j];
        if (sum > most) {
            most = sum;
            best = c;
        }
    }
    return best;
}

void softmax_close(Softmax *softmax) {
    free(softmax->weight);
    *softmax = (Softmax){0};
}
