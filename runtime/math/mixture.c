/* mixture: see mixture.h.  Rows go by in chunks, whose distances to a component are one triangular
 * solve, and what they add to its covariance one product. */
#include "mixture.h"
#include "math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* From cblas.h and LAPACK; Fortran passes the lengths of texts behind the arguments. */
enum { ROW_MAJOR = 101, PLAIN = 111, TRANSPOSED = 112, LOWER = 122, ANY = 131, RIGHT = 142 };
void cblas_dtrsm(int order, int side, int uplo, int trans, int diag, int m, int n, double alpha,
                 const double *a, int lda, double *b, int ldb);
void cblas_dsyrk(int order, int uplo, int trans, int n, int k, double alpha, const double *a,
                 int lda, double beta, double *c, int ldc);
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t length);

enum { CHUNK = 256, ROUNDS = 300 };
static const double GAIN = 1e-6, FLOOR = 1e-6, TWO_PI = 6.283185307179586;

bool mixture_open(Mixture *mixture, int components, int size, AertError *error) {
    const size_t k = (size_t)components, n = (size_t)size;
    *mixture = (Mixture){.components = components, .size = size};
    mixture->weight = aert_allocate(k * (n + 1), (n + 1) * sizeof(double), "a mixture", error);
    if (!mixture->weight)
        return false;
    mixture->mean = mixture->weight + k;
    mixture->root = mixture->mean + k * n;
    return true;
}

void mixture_close(Mixture *mixture) {
    free(mixture->weight); /* and all behind it */
    *mixture = (Mixture){0};
}

/* A fit at work. */
typedef struct Fit {
    Mixture *mixture;
    const float *rows;
    int64_t count;
    double floor; /* added to variances */
    double *part; /* (components, CHUNK): log of a component's density, then its part of a row */
    double *away; /* (CHUNK, size): rows less a mean */
    Mixture sums; /* of parts as weights, of parts of what lies away from the old means as means,
                     and of its squares as roots */
} Fit;

static bool fit_open(Fit *fit, AertError *error) {
    const size_t k = (size_t)fit->mixture->components, n = (size_t)fit->mixture->size;
    fit->part = aert_allocate(k + n, CHUNK * sizeof(double), "a mixture", error);
    if (!fit->part || !mixture_open(&fit->sums, (int)k, (int)n, error))
        return false;
    fit->away = fit->part + k * CHUNK;
    return true;
}

static void fit_close(Fit *fit) {
    free(fit->part);
    mixture_close(&fit->sums);
}

/* fit->away = rows less the mean of component c. */
static void subtract_mean(const Fit *fit, const float *rows, int count, int c) {
    const size_t n = (size_t)fit->mixture->size;
    const double *mean = fit->mixture->mean + (size_t)c * n;
    for (size_t i = 0; i < (size_t)count; i++)
        for (size_t j = 0; j < n; j++)
            fit->away[i * n + j] = (double)rows[i * n + j] - mean[j];
}

/* log of weight and density of component c for each row of a chunk. */
static void log_densities(const Fit *fit, const float *rows, int count, int c) {
    const Mixture *mixture = fit->mixture;
    const int n = mixture->size;
    const double *root = mixture->root + (size_t)c * (size_t)n * (size_t)n;
    double of_all = log(mixture->weight[c]) - 0.5 * n * log(TWO_PI);
    for (int j = 0; j < n; j++)
        of_all -= log(root[(size_t)j * (size_t)n + (size_t)j]);
    subtract_mean(fit, rows, count, c);
    cblas_dtrsm(ROW_MAJOR, RIGHT, LOWER, TRANSPOSED, ANY, count, n, 1, root, n, fit->away, n);
    for (int i = 0; i < count; i++) {
        double sum = 0;
        for (int j = 0; j < n; j++)
            sum += fit->away[(size_t)i * (size_t)n + (size_t)j] *
                   fit->away[(size_t)i * (size_t)n + (size_t)j];
        fit->part[(size_t)c * CHUNK + (size_t)i] = of_all - sum / 2;
    }
}

/* Expectation: each component's part of each row of a chunk.  Returns the sum of log p. */
static double find_parts(const Fit *fit, const float *rows, int count) {
    const int components = fit->mixture->components;
    double likelihood = 0;
    for (int c = 0; c < components; c++)
        log_densities(fit, rows, count, c);
    for (int i = 0; i < count; i++) {
        double most = -INFINITY, sum = 0;
        for (int c = 0; c < components; c++)
            if (fit->part[c * CHUNK + i] > most)
                most = fit->part[c * CHUNK + i];
        for (int c = 0; c < components; c++)
            sum += fit->part[c * CHUNK + i] = exp(fit->part[c * CHUNK + i] - most);
        for (int c = 0; c < components; c++)
            fit->part[c * CHUNK + i] /= sum;
        likelihood += most + log(sum);
    }
    return likelihood;
}

/* What a chunk adds to the sums of component c. */
static void add_up(const Fit *fit, const float *rows, int count, int c) {
    const int size = fit->mixture->size;
    const size_t n = (size_t)size;
    double *first = fit->sums.mean + (size_t)c * n;
    subtract_mean(fit, rows, count, c);
    for (size_t i = 0; i < (size_t)count; i++) {
        const double part = fit->part[(size_t)c * CHUNK + i], root = sqrt(part);
        fit->sums.weight[c] += part;
        for (size_t j = 0; j < n; j++) {
            first[j] += part * fit->away[i * n + j];
            fit->away[i * n + j] *= root;
        }
    }
    cblas_dsyrk(ROW_MAJOR, LOWER, TRANSPOSED, size, count, 1, fit->away, size, 1,
                fit->sums.root + (size_t)c * n * n, size);
}

/* Maximisation: component c from its sums. */
static bool maximise(const Fit *fit, int c, AertError *error) {
    Mixture *mixture = fit->mixture;
    const size_t n = (size_t)mixture->size;
    double *first = fit->sums.mean + (size_t)c * n, *second = fit->sums.root + (size_t)c * n * n;
    double *mean = mixture->mean + (size_t)c * n, *root = mixture->root + (size_t)c * n * n;
    const double total = fit->sums.weight[c];
    /* one that has lost its rows stays where it is, with no weight to speak of */
    mixture->weight[c] = total / (double)fit->count;
    if (total < 1e-9) {
        mixture->weight[c] += 1e-300;
        return true;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++)
            root[i * n + j] = second[i * n + j] / total - first[i] / total * (first[j] / total);
        root[i * n + i] += fit->floor;
    }
    for (size_t i = 0; i < n; i++)
        mean[i] += first[i] / total;
    int info = 0;
    dpotrf_("U", &mixture->size, root, &mixture->size, &info, 1); /* rows are Fortran's columns */
    return info == 0 || aert_fail(error,
                                  "the covariance of a component is not positive: dpotrf "
                                  "says %d",
                                  info);
}

/* One round over all rows.  `parts` fills fit->part for a chunk, and returns its sum of log p. */
static bool go_round(Fit *fit, double (*parts)(const Fit *, const float *, int), AertError *error) {
    Mixture *mixture = fit->mixture;
    const size_t k = (size_t)mixture->components, n = (size_t)mixture->size;
    memset(fit->sums.weight, 0, k * (1 + n + n * n) * sizeof(double));
    double likelihood = 0;
    for (int64_t i = 0; i < fit->count; i += CHUNK) {
        const int count = (int)(fit->count - i < CHUNK ? fit->count - i : CHUNK);
        const float *rows = fit->rows + (size_t)i * n;
        likelihood += parts(fit, rows, count);
        for (int c = 0; c < mixture->components; c++)
            add_up(fit, rows, count, c);
    }
    mixture->likelihood = likelihood / (double)fit->count;
    for (int c = 0; c < mixture->components; c++)
        if (!maximise(fit, c, error))
            return false;
    return true;
}

/* ---- the beginning ---- */

static double distance(const float *row, const double *mean, size_t n) {
    double sum = 0;
    for (size_t j = 0; j < n; j++)
        sum += ((double)row[j] - mean[j]) * ((double)row[j] - mean[j]);
    return sum;
}

/* Each row belongs to the component whose mean lies nearest. */
static double nearest_parts(const Fit *fit, const float *rows, int count) {
    const Mixture *mixture = fit->mixture;
    const size_t n = (size_t)mixture->size;
    for (int i = 0; i < count; i++) {
        int best = 0;
        double least = INFINITY;
        for (int c = 0; c < mixture->components; c++) {
            const double d = distance(rows + (size_t)i * n, mixture->mean + (size_t)c * n, n);
            if (d < least) {
                least = d;
                best = c;
            }
            fit->part[c * CHUNK + i] = 0;
        }
        fit->part[best * CHUNK + i] = 1;
    }
    return 0;
}

static double uniform(uint64_t seed, uint64_t number) {
    return (double)(aert_mix64(aert_mix64(seed + 0x9e3779b97f4a7c15u) ^ number) >> 11) * 0x1p-53;
}

/* Rows as means: each next one is drawn by its squared distance to the nearest so far. */
static bool choose_means(Fit *fit, uint64_t seed, AertError *error) {
    Mixture *mixture = fit->mixture;
    const size_t n = (size_t)mixture->size, count = (size_t)fit->count;
    double *least = aert_allocate(count, sizeof *least, "a mixture", error);
    if (!least)
        return false;
    size_t chosen = (size_t)(uniform(seed, 0) * (double)count);
    for (int c = 0; c < mixture->components; c++) {
        double *mean = mixture->mean + (size_t)c * n, sum = 0;
        for (size_t j = 0; j < n; j++)
            mean[j] = (double)fit->rows[chosen * n + j];
        for (size_t i = 0; i < count; i++) {
            const double d = distance(fit->rows + i * n, mean, n);
            least[i] = c == 0 || d < least[i] ? d : least[i];
            sum += least[i];
        }
        double left = uniform(seed, (uint64_t)c + 1) * sum;
        for (chosen = 0; chosen + 1 < count && (left -= least[chosen]) >= 0;)
            chosen++;
    }
    free(least);
    return true;
}

/* The mean over places of the rows' variance. */
static double mean_variance(const float *rows, int64_t count, size_t n) {
    double all = 0;
    for (size_t j = 0; j < n; j++) {
        double mean = 0, sum = 0;
        for (int64_t i = 0; i < count; i++)
            mean += (double)rows[(size_t)i * n + j] / (double)count;
        for (int64_t i = 0; i < count; i++)
            sum +=
                ((double)rows[(size_t)i * n + j] - mean) * ((double)rows[(size_t)i * n + j] - mean);
        all += sum / (double)count / (double)n;
    }
    return all;
}

bool mixture_fit(Mixture *mixture, const float *rows, int64_t count, int size, int components,
                 uint64_t seed, AertError *error) {
    *mixture = (Mixture){0};
    if (count < components)
        return aert_fail(error, "%d components want as many codes at least: there are %lld",
                         components, (long long)count);
    if (!mixture_open(mixture, components, size, error))
        return false;
    Fit fit = {.mixture = mixture, .rows = rows, .count = count};
    const double variance = mean_variance(rows, count, (size_t)size);
    fit.floor = variance > 0 ? FLOOR * variance : FLOOR;
    for (size_t c = 0; c < (size_t)components; c++) /* of those that no row is nearest to */
        for (size_t j = 0; j < (size_t)size; j++)
            mixture->root[(c * (size_t)size + j) * (size_t)size + j] = sqrt(variance + fit.floor);
    bool fine = isfinite(variance) || aert_fail(error, "a code is not finite");
    fine = fine && fit_open(&fit, error) && choose_means(&fit, seed, error) &&
           go_round(&fit, nearest_parts, error);
    double before = -INFINITY;
    for (mixture->rounds = 0; fine && mixture->rounds < ROUNDS; mixture->rounds++) {
        fine = go_round(&fit, find_parts, error);
        if (mixture->likelihood - before < GAIN)
            break;
        before = mixture->likelihood;
    }
    fit_close(&fit);
    return fine && mixture_likelihood(mixture, rows, count, &mixture->likelihood, error);
}

bool mixture_likelihood(const Mixture *mixture, const float *rows, int64_t count, double *value,
                        AertError *error) {
    Mixture own = *mixture;
    Fit fit = {.mixture = &own};
    bool fine = fit_open(&fit, error);
    *value = 0;
    for (int64_t i = 0; fine && i < count; i += CHUNK)
        *value += find_parts(&fit, rows + (size_t)i * (size_t)mixture->size,
                             (int)(count - i < CHUNK ? count - i : CHUNK)) /
                  (double)count;
    fit_close(&fit);
    return fine;
}

void mixture_draw(const Mixture *mixture, uint64_t seed, int64_t number, float *row) {
    const size_t n = (size_t)mixture->size;
    const uint64_t key = aert_mix64(aert_mix64(seed) ^ (uint64_t)number);
    double left = uniform(key, 0);
    int c = 0;
    while (c + 1 < mixture->components && (left -= mixture->weight[c]) >= 0)
        c++;
    const double *mean = mixture->mean + (size_t)c * n, *root = mixture->root + (size_t)c * n * n;
    for (size_t i = 0; i < n; i++)
        row[i] = (float)mean[i];
    for (size_t j = 0; j < n; j++) { /* Box and Muller */
        const double u = uniform(key, 2 * j + 1), v = uniform(key, 2 * j + 2);
        const double normal = sqrt(-2 * log(1 - u)) * cos(TWO_PI * v);
        for (size_t i = j; i < n; i++)
            row[i] += (float)(root[i * n + j] * normal);
    }
}
